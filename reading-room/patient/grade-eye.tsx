import { useTranslations } from 'use-intl';
import { Icon } from '../frame/icon.tsx';
import { labelText } from '../outcome/label.ts';
import {
  type EyeDraft,
  type Grading,
  R_GRADES,
  withFinding,
  withoutQuality,
  withRetinopathy,
} from '../verdict/grades.ts';
import type { Eye } from './reading-query.ts';

const ICDR = ['0', '1', '2', '3', '4'] as const;

interface Choice {
  readonly name: string;
  readonly text: string;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

/** Answers of which one holds at most; choosing it again takes it back. */
function Choices({
  label,
  choices,
  isDisabled,
  className,
}: {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly isDisabled: boolean;
  readonly className: string;
}) {
  return (
    <div role="group" aria-label={label} className={className}>
      {choices.map(({ name, text, isChosen, onChoose }) => (
        <button key={name} type="button" aria-pressed={isChosen} disabled={isDisabled} onClick={onChoose}>
          <b>{name}</b>
          {text !== '' && <span>{text}</span>}
        </button>
      ))}
    </div>
  );
}

/** The macula of an eye: oedema, or maculopathy by the English scheme. */
function Macula({
  draft,
  scheme,
  isDisabled,
  onGrade,
}: {
  readonly draft: EyeDraft;
  readonly scheme: Grading['scheme'];
  readonly isDisabled: boolean;
  readonly onGrade: (draft: EyeDraft) => void;
}) {
  const t = useTranslations('grade');
  const chips =
    scheme === 'r-m'
      ? (['M0', 'M1'] as const).map((grade) => ({
          text: grade,
          isChosen: draft.maculopathy === grade,
          next: { ...draft, maculopathy: draft.maculopathy === grade ? null : grade },
        }))
      : (['none', 'suspected'] as const).map((seen) => ({
          text: t(`oedemaIs.${seen}`),
          isChosen: draft.oedema === seen,
          next: { ...draft, oedema: draft.oedema === seen ? null : seen },
        }));
  return (
    <>
      <span className="small quiet">{t(scheme === 'r-m' ? 'maculopathy' : 'oedema')}</span>
      {chips.map(({ text, isChosen, next }) => (
        <button
          key={text}
          type="button"
          className="chip"
          aria-pressed={isChosen}
          disabled={isDisabled || draft.quality === 'ungradable'}
          onClick={() => onGrade(next)}
        >
          {text}
        </button>
      ))}
    </>
  );
}

/**
 * What the reader sees of one eye: a grade, the macula, further findings.
 *
 * @param isTurn whether keys grade this eye
 */
export function GradeEye({
  eye,
  draft,
  grading,
  isTurn,
  isDisabled,
  onTurn,
  onGrade,
  onFindings,
}: {
  readonly eye: Eye;
  readonly draft: EyeDraft;
  readonly grading: Grading;
  readonly isTurn: boolean;
  readonly isDisabled: boolean;
  readonly onTurn: () => void;
  readonly onGrade: (draft: EyeDraft) => void;
  readonly onFindings: () => void;
}) {
  const t = useTranslations();
  const { scheme } = grading;
  const choices: Choice[] = ICDR.map((key, place) => ({
    name: scheme === 'icdr' ? key : (R_GRADES[place] ?? ''),
    text: t(`grade.${scheme}.${key}`),
    isChosen: draft.quality !== 'ungradable' && draft.retinopathy === place,
    onChoose: () => onGrade(withRetinopathy(draft, place)),
  }));
  const cannot: Choice = {
    ...{ name: '–', text: t('grade.cannot'), isChosen: draft.quality === 'ungradable' },
    onChoose: () => onGrade(withoutQuality(draft)),
  };
  return (
    <section
      className="grade-eye"
      data-turn={isTurn}
      aria-label={t('grade.of', { eye: t(`eye.${eye}`) })}
      onFocus={onTurn}
    >
      <div className="row">
        <span className="eye-mark" aria-hidden="true">
          {eye === 'right' ? 'R' : 'L'}
        </span>
        <span className="small quiet">{t(`grade.scale.${scheme}`)}</span>
        <span className="grow" />
        {isTurn && !isDisabled && (
          <span className="small faint" aria-hidden="true">
            <kbd>0</kbd>–<kbd>4</kbd>
          </span>
        )}
      </div>
      <Choices
        label={t('grade.named', { eye: t(`eye.${eye}`) })}
        className="grades"
        choices={[...choices, cannot]}
        isDisabled={isDisabled}
      />
      <div className="row more">
        <Macula draft={draft} scheme={scheme} isDisabled={isDisabled} onGrade={onGrade} />
        <span className="divide" />
        {draft.findings.map((label) => (
          <button
            key={label}
            type="button"
            className="chip"
            aria-pressed="true"
            aria-label={t('grade.takeBack', { label: labelText(label, t) })}
            disabled={isDisabled}
            onClick={() => onGrade(withFinding(draft, label))}
          >
            {labelText(label, t)}
            <span aria-hidden="true">×</span>
          </button>
        ))}
        {grading.labels.length > 0 && (
          <button type="button" className="chip dash" disabled={isDisabled} onClick={onFindings}>
            <Icon name="plus" />
            {t('grade.finding')}
          </button>
        )}
      </div>
    </section>
  );
}
