import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { OutcomeMark } from '../outcome/outcome.tsx';
import { onlyEyeOf, whySentence } from '../outcome/why.ts';
import { useDueText } from '../queue/due-text.tsx';
import type { Reading } from './reading-query.ts';

/** Why a reader is not told what was found: the name of its words. */
function whyBlinded({ stage, blindedTo }: Reading): 'second' | 'done' | 'differ' | 'model' {
  if (stage === 'second') return 'second';
  if (stage === null) return 'done';
  return blindedTo.includes('readers') ? 'differ' : 'model';
}

/** What a blinded reader is told: that there is something, and that they must not know it. */
export function BlindedHeadline({ reading }: { readonly reading: Reading }) {
  const t = useTranslations('patient');
  const why = whyBlinded(reading);
  return (
    <section className="headline">
      <p className="outcome blinded big">{t(`${why}Title`)}</p>
      <p>{t(`${why}Text`)}</p>
    </section>
  );
}

/** The outcome, when it is due, and one sentence that says why. */
export function Headline({
  reading,
  result,
}: {
  readonly reading: Reading;
  readonly result: Schemas['Result'];
}) {
  const t = useTranslations();
  const dueText = useDueText();
  const { outcome, decidedBy } = result.final;
  const isWaiting = reading.stage !== null && reading.dueAt !== null;
  return (
    <section className="headline">
      <div className="row">
        <span className="big">
          <OutcomeMark outcome={outcome} />
        </span>
        <span className="grow" />
        {isWaiting && reading.dueAt !== null && (
          <span className={`due ${outcome}`}>{dueText(reading.dueAt, Date.now(), 'dueIn')}</span>
        )}
      </div>
      <p className="why-sentence">{whySentence(result, onlyEyeOf(result.eyes), t)}</p>
      <p className="small faint">
        {t('patient.decidedAndWaits', {
          decided: t(`patient.decided.${decidedBy}`),
          waits: t(`patient.waits.${reading.stage ?? 'none'}`),
        })}
      </p>
    </section>
  );
}
