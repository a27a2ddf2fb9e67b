import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import { OutcomeMark } from '../outcome/outcome.tsx';
import { onlyEyeOf, whySentence } from '../outcome/why.ts';
import { useDueText } from '../queue/due-text.tsx';
import type { Reading } from './reading-query.ts';

/** What a blinded reader is told: that there is something, and that they must not know it. */
export function BlindedHeadline({ stage }: { readonly stage: Reading['stage'] }) {
  const t = useTranslations('patient');
  const isSecond = stage === 'second';
  return (
    <section className="headline">
      <p className="outcome blinded big">{t(isSecond ? 'secondTitle' : 'doneTitle')}</p>
      <p>{t(isSecond ? 'secondText' : 'doneText')}</p>
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
