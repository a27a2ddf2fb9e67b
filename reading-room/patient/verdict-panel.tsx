import type { RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { Icon } from '../frame/icon.tsx';
import { type Outcome, OutcomeShape } from '../outcome/outcome.tsx';
import type { Reading } from './reading-query.ts';

/** What a reader can decide, and by which key. */
export const DECISIONS = [
  { outcome: 'refer-urgent', cap: 'U' },
  { outcome: 'refer', cap: 'F' },
  { outcome: 'recall', cap: 'C' },
  { outcome: 'ungradable', cap: 'X' },
] as const satisfies readonly { readonly outcome: Outcome; readonly cap: string }[];

interface VerdictPanelOptions {
  readonly reading: Reading;
  /** The outcome that `A` agrees with; `null`: there is none, or the reader must not know it. */
  readonly agreeable: Outcome | null;
  readonly note: string;
  readonly isNoteOpen: boolean;
  readonly onOpenNote: () => void;
  readonly noteField: RefObject<HTMLTextAreaElement | null>;
  readonly onNote: (note: string) => void;
  readonly isSaving: boolean;
  /** Whether the reader may decide at all now. */
  readonly mayDecide: boolean;
  /** Whether the exam waits for somebody else, or nobody. */
  readonly isClosed: boolean;
  readonly onDecide: (outcome: Outcome) => void;
}

/** The reader's own word: one key to agree, one for each other outcome, and a note. */
export function VerdictPanel({
  reading,
  agreeable,
  note,
  isNoteOpen,
  onOpenNote,
  noteField,
  onNote,
  isSaving,
  mayDecide,
  isClosed,
  onDecide,
}: VerdictPanelOptions) {
  const t = useTranslations();
  const { own } = reading;
  const others = DECISIONS.filter(({ outcome }) => outcome !== agreeable);
  return (
    <section className="verdict" aria-label={t('patient.verdict')}>
      <div className="row">
        <h2>{t('patient.verdict')}</h2>
        <span className="grow" />
        <span className="small faint" role="status">
          {isSaving ? t('patient.saving') : mayDecide && own === null ? t('patient.saves') : ''}
        </span>
      </div>
      {own !== null && (
        <p className="small">
          {t('patient.yours', { outcome: t(`outcome.${own.outcome}`) })} {t('patient.correct')}
        </p>
      )}
      {isClosed && <p className="small quiet">{t('patient.notYours')}</p>}
      {agreeable !== null && (
        <button
          type="button"
          className="button primary"
          disabled={!mayDecide || isSaving}
          onClick={() => onDecide(agreeable)}
        >
          {t('patient.agree', { outcome: t(`outcome.${agreeable}`) })}
          <kbd aria-hidden="true">A</kbd>
        </button>
      )}
      <div className={`others ${others.length % 2 === 0 ? 'even' : ''}`}>
        {others.map(({ outcome, cap }) => (
          <button
            key={outcome}
            type="button"
            className="button"
            disabled={!mayDecide || isSaving}
            onClick={() => onDecide(outcome)}
          >
            <span className={`outcome ${outcome}`}>
              <OutcomeShape outcome={outcome} />
            </span>
            {t(`outcome.${outcome}`)}
            <kbd aria-hidden="true">{cap}</kbd>
          </button>
        ))}
        <button
          type="button"
          className="button"
          aria-expanded={isNoteOpen}
          disabled={!mayDecide}
          onClick={onOpenNote}
        >
          <Icon name="note" />
          {t('patient.note')}
          <kbd aria-hidden="true">N</kbd>
        </button>
      </div>
      {isNoteOpen && (
        <textarea
          ref={noteField}
          aria-label={t('patient.note')}
          className="field"
          rows={2}
          maxLength={2_000}
          value={note}
          disabled={!mayDecide}
          placeholder={t('patient.notePlaceholder')}
          onChange={({ target }) => onNote(target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            // Back to the keys, not back to the list.
            event.preventDefault();
            event.currentTarget.blur();
          }}
        />
      )}
    </section>
  );
}
