import { useTranslations } from 'use-intl';
import { labelText } from '../outcome/label.ts';
import { Meter } from '../outcome/meter.tsx';
import { type Outcome, OutcomeMark, OutcomeShape } from '../outcome/outcome.tsx';
import { onlyEyeOf, whySentence } from '../outcome/why.ts';
import { Thumbnail } from '../pictures/thumbnail.tsx';
import { useDueText } from '../queue/due-text.tsx';
import type { WorkRow } from '../queue/queue-query.ts';

const EYE_LETTERS = { left: 'L', right: 'R', patient: 'R L' } as const;

/** What decided an exam: the finding against its limit, or a sentence. */
function Why({ row }: { readonly row: WorkRow }) {
  const t = useTranslations();
  const { result, said } = row;
  if (result === null) return <span className="faint">{t('list.hidden')}</span>;
  if (said.length > 1) {
    const outcomes = said.map((outcome) => t(`outcome.${outcome}`)).join(' / ');
    return <span className="quiet">{t('why.differ', { outcomes })}</span>;
  }
  const [reason] = result.reasons;
  if (reason?.because !== 'finding')
    return <span className="quiet">{whySentence(result, onlyEyeOf(row.images), t)}</span>;
  return (
    <span className="why">
      <span>{labelText(reason.label, t)}</span>
      <span className="eye-mark">
        {EYE_LETTERS[reason.level === 'patient' ? (onlyEyeOf(row.images) ?? 'patient') : reason.level]}
      </span>
      <Meter
        probability={reason.probability}
        threshold={reason.threshold}
        isAbove={reason.probability >= reason.threshold}
        outcome={result.outcome}
      />
    </span>
  );
}

/** Right before left, as the eyes stand before the reader; an eye that cannot be graded says so. */
function Eyes({ program, row }: { readonly program: string; readonly row: WorkRow }) {
  const { patient, exam, images, result } = row;
  const version = `${images.left} ${images.right}`;
  const isUngradable = (eye: 'left' | 'right') =>
    result?.reasons.some((reason) => reason.because === 'ungradable-eye' && reason.eye === eye);
  return (
    <span className="eyes-small">
      {(['right', 'left'] as const).map((eye) => {
        const image = images[eye];
        return (
          <span key={eye}>
            <Thumbnail
              photograph={image === null ? null : { program, patient, exam, image }}
              version={version}
            />
            {isUngradable(eye) && (
              <span className="outcome ungradable">
                <OutcomeShape outcome="ungradable" />
              </span>
            )}
          </span>
        );
      })}
    </span>
  );
}

/** The cells of an exam's row. */
export function WorkRowCells({
  program,
  row,
  now,
}: {
  readonly program: string;
  readonly row: WorkRow;
  readonly now: number;
}) {
  const dueText = useDueText();
  const outcome: Outcome | 'blinded' = row.result?.outcome ?? 'blinded';
  return (
    <>
      <span role="gridcell">
        <OutcomeMark outcome={outcome} />
      </span>
      <span role="gridcell" className="patient-name">
        {row.patient}
      </span>
      <span role="gridcell">
        <Eyes program={program} row={row} />
      </span>
      <span role="gridcell">
        <Why row={row} />
      </span>
      <span role="gridcell" className="quiet">
        {row.exam}
      </span>
      <span role="gridcell" className={row.overdue ? 'late' : undefined}>
        {row.dueAt !== null && dueText(row.dueAt, now, 'in')}
      </span>
    </>
  );
}
