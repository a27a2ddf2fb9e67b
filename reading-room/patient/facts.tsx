import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { en } from '../language/en.ts';
import { OutcomeMark } from '../outcome/outcome.tsx';
import { GradesSaid } from './grades-said.tsx';
import { priorQuery } from './prior-query.ts';
import { type ExamPath, EYES, type Eye, type Reading } from './reading-query.ts';
import { useDayText } from './use-prior.tsx';

function isKnownFlag(flag: string): flag is keyof typeof en.flag {
  return Object.hasOwn(en.flag, flag);
}

const LETTERS: Readonly<Record<Eye, string>> = { right: 'R', left: 'L' };

/** Whether the photographs can be graded, and what to do about those that cannot. */
export function QualityFacts({ reading }: { readonly reading: Reading }) {
  const t = useTranslations();
  const { result } = reading;
  const text = (eye: Eye) => {
    const line = result?.eyes[eye];
    if (line === undefined || line === null) return t('patient.noPhotograph');
    return line.reason === null ? t('patient.gradable') : t(`reason.${line.reason}`);
  };
  return (
    <section>
      <h2>{t('patient.quality')}</h2>
      <ul className="quality">
        {EYES.map((eye) => (
          <li key={eye}>
            <span className="eye-mark">{LETTERS[eye]}</span>
            {text(eye)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What else a reader must know of a result. */
export function Remarks({ result }: { readonly result: Schemas['Result'] }) {
  const t = useTranslations();
  const flags = result.flags.filter(isKnownFlag);
  if (flags.length === 0) return null;
  return (
    <section>
      <h2>{t('patient.remarks')}</h2>
      <ul>
        {flags.map((flag) => (
          <li key={flag}>{t(`flag.${flag}`)}</li>
        ))}
      </ul>
    </section>
  );
}

/** What readers have said of this exam. */
export function Verdicts({ verdicts: said }: { readonly verdicts: Reading['verdicts'] }) {
  const t = useTranslations('patient');
  const verdicts = said?.filter(({ supersededBy }) => supersededBy === null) ?? [];
  if (verdicts.length === 0) return null;
  return (
    <section>
      <h2>{t('verdicts')}</h2>
      <ul className="visits">
        {verdicts.map(({ id, reader, outcome, eyes, note }) => (
          <li key={id}>
            <span className="quiet">{reader}</span>
            <OutcomeMark outcome={outcome} />
            {eyes !== null && <GradesSaid eyes={eyes} />}
            {note !== null && <p className="small quiet">{note}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The patient's earlier visits: when, what holds, and how the eyes were graded. */
export function EarlierVisits({ path, tag }: { readonly path: ExamPath; readonly tag: string }) {
  const t = useTranslations();
  const dayText = useDayText();
  const { data, isSuccess } = useQuery(priorQuery(path, tag));
  const visits = data ?? [];
  return (
    <section>
      <h2>{t('patient.earlier')}</h2>
      {isSuccess && visits.length === 0 && <p className="quiet">{t('patient.noEarlier')}</p>}
      <ul className="visits">
        {visits.map(({ exam, day, final, eyes }) => (
          <li key={exam}>
            <span className="quiet">{dayText(day)}</span>
            {final === null ? <span className="faint">–</span> : <OutcomeMark outcome={final.outcome} />}
            {eyes !== null && <GradesSaid eyes={eyes} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
