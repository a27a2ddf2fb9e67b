import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Icon } from '../frame/icon.tsx';
import { type Outcome, OutcomeMark } from '../outcome/outcome.tsx';
import { EYES, type Reading } from './reading-query.ts';

function photographCount({ photographs }: Reading): string {
  return EYES.map((eye) => `${eye === 'right' ? 'R' : 'L'} ${photographs[eye].length}`).join('  ');
}

function Machine({ reading }: { readonly reading: Reading }) {
  return <OutcomeMark outcome={reading.result?.outcome ?? 'blinded'} />;
}

/** An exam changed while somebody read it: what stood there, what stands there now, and what became of the verdict. */
export function ChangedExam({
  before,
  now,
  chosen,
  onLook,
}: {
  readonly before: Reading;
  readonly now: Reading;
  readonly chosen: Outcome | null;
  readonly onLook: () => void;
}) {
  const t = useTranslations('patient');
  const rows: readonly (readonly [string, ReactNode, ReactNode])[] = [
    [t('changedMachine'), <Machine key="before" reading={before} />, <Machine key="now" reading={now} />],
    [t('changedPhotographs'), photographCount(before), photographCount(now)],
    [t('changedYou'), chosen === null ? '–' : <OutcomeMark key="chosen" outcome={chosen} />, '–'],
  ];
  return (
    <section className="changed" role="alert">
      <p className="note warns">
        <Icon name="warn" />
        {t('changedTitle')}
      </p>
      <h2>{t('keptTitle')}</h2>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('changedBefore')}</th>
            <th scope="col">{t('changedNow')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, then, present]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{then}</td>
              <td>{present}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="button primary" onClick={onLook}>
        {t('lookAgain')}
        <kbd aria-hidden="true">↵</kbd>
      </button>
    </section>
  );
}
