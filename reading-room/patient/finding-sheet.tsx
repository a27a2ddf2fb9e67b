import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { labelText } from '../outcome/label.ts';
import { type EyeDraft, withFinding } from '../verdict/grades.ts';
import type { Eye } from './reading-query.ts';

/** Every label that a reader may find in an eye, to be ticked. */
export function FindingSheet({
  eye,
  draft,
  labels,
  onGrade,
  onClose,
}: {
  readonly eye: Eye;
  readonly draft: EyeDraft;
  readonly labels: readonly string[];
  readonly onGrade: (draft: EyeDraft) => void;
  readonly onClose: () => void;
}) {
  const t = useTranslations();
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => sheet.current?.showModal(), []);
  return (
    <dialog ref={sheet} className="sheet findings-sheet" aria-labelledby="findings-title" onClose={onClose}>
      <form method="dialog">
        <header>
          <h1 id="findings-title">{t('grade.findingsOf', { eye: t(`eye.${eye}`) })}</h1>
          <button type="submit" className="button">
            {t('keys.close')}
          </button>
        </header>
        <ul>
          {labels.map((label) => (
            <li key={label}>
              <label>
                <input
                  type="checkbox"
                  checked={draft.findings.includes(label)}
                  onChange={() => onGrade(withFinding(draft, label))}
                />
                {labelText(label, t)}
              </label>
            </li>
          ))}
        </ul>
      </form>
    </dialog>
  );
}
