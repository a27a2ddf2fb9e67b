import { useTranslations } from 'use-intl';
import { figures } from './figures.ts';
import type { Outcome } from './outcome.tsx';

/** A probability against the programme's limit: bar, upright tick at the limit, figure. */
export function Meter({
  probability,
  threshold,
  isAbove,
  outcome,
}: {
  readonly probability: number;
  readonly threshold: number;
  readonly isAbove: boolean;
  readonly outcome?: Outcome;
}) {
  const t = useTranslations('patient');
  const [figure, limit] = figures(probability, threshold);
  const at = `${threshold * 100}%`;
  return (
    <span className={`meter ${isAbove ? 'above' : ''} ${outcome ?? ''}`}>
      <svg role="img" aria-label={t('figure', { probability: figure, threshold: limit })}>
        <rect className="track" y="4" width="100%" height="6" />
        <rect className="fill" y="4" width={`${probability * 100}%`} height="6" />
        <rect className="gap" x={at} y="3" width="4" height="8" transform="translate(-2)" />
        <rect className="tick" x={at} width="2" height="14" transform="translate(-1)" />
      </svg>
      <b aria-hidden="true">{figure}</b>
    </span>
  );
}
