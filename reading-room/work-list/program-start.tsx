import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { Mark } from '../frame/icon.tsx';
import { programAddress } from '../queue/addresses.ts';
import { queueOf } from '../queue/queue-query.ts';
import { programsQuery } from './programs.ts';

/** The beginning of a list's bar: the product and the programme, to choose where there are several. */
export function ProgramStart({ program }: { readonly program: string }) {
  const t = useTranslations();
  const [, go] = useLocation();
  const { data = [program] } = useQuery(programsQuery());
  const programs = data.includes(program) ? data : [program, ...data];
  return (
    <>
      <span className="mark">
        <Mark />
        {t('name')}
      </span>
      <span className="divide" />
      {programs.length === 1 ? (
        <span className="quiet">{program}</span>
      ) : (
        <select
          className="field"
          aria-label={t('list.program')}
          value={program}
          onChange={({ target }) => go(programAddress(queueOf(target.value, '')))}
        >
          {programs.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
    </>
  );
}
