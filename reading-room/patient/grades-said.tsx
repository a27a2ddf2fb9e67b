import { useTranslations } from 'use-intl';
import { labelText } from '../outcome/label.ts';
import type { EyeGrade, EyeGrades } from '../verdict/grades.ts';
import { EYES } from './reading-query.ts';

/** A grade in a few letters: `2`, `R1 M0`; `–` where there is none. */
export function gradeLetters({ grade }: EyeGrade): string {
  if (grade === null) return '–';
  return grade.scheme === 'icdr' ? String(grade.retinopathy) : `${grade.retinopathy} ${grade.maculopathy}`;
}

/** What a reader saw of each eye. */
export function GradesSaid({ eyes }: { readonly eyes: EyeGrades }) {
  const t = useTranslations();
  const words = ({ quality, oedema, findings }: EyeGrade) => [
    ...(quality === 'ungradable' ? [t('grade.ungradable')] : []),
    ...(oedema === 'suspected' ? [t('grade.oedemaSuspected')] : []),
    ...findings.map((label) => labelText(label, t)),
  ];
  return (
    <ul className="grades-said small">
      {EYES.map((eye) => {
        const said = eyes[eye];
        if (said === null) return null;
        return (
          <li key={eye}>
            <span className="eye-mark" aria-hidden="true">
              {eye === 'right' ? 'R' : 'L'}
            </span>
            <span className="unseen">{t(`eye.${eye}`)}</span>
            <b>{gradeLetters(said)}</b>
            {words(said).map((word) => (
              <span key={word} className="quiet">
                {word}
              </span>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
