import type { Outcome } from '../outcome/outcome.tsx';

/**
 * A verdict that was begun and not saved: what it takes to find the exam again, and what the reader chose and wrote. It lies
 * in the tab's own storage, which ends with the tab.
 */
export interface Draft {
  readonly reader: string;
  readonly program: string;
  readonly patient: string;
  readonly exam: string;
  /** Chosen, but not saved; `null`: nothing yet. */
  readonly outcome: Outcome | null;
  readonly note: string;
}

const STORED = 'retclip-draft';

/** The verdict that was begun in this tab; `null` if there is none. */
export function readDraft(): Draft | null {
  try {
    const draft = JSON.parse(sessionStorage.getItem(STORED) ?? 'null');
    return typeof draft?.reader === 'string' && typeof draft.note === 'string' ? draft : null;
  } catch {
    return null;
  }
}

/** Keeps a verdict that was begun; one without any word or choice is forgotten. */
export function keepDraft(draft: Draft): void {
  if (draft.outcome === null && draft.note === '') forgetDraft();
  else sessionStorage.setItem(STORED, JSON.stringify(draft));
}

export function forgetDraft(): void {
  sessionStorage.removeItem(STORED);
}

/** What was begun on this exam by this reader. */
export function draftOn(exam: Omit<Draft, 'outcome' | 'note'>): Pick<Draft, 'outcome' | 'note'> {
  const draft = readDraft();
  const isOn =
    draft !== null &&
    draft.reader === exam.reader &&
    draft.program === exam.program &&
    draft.patient === exam.patient &&
    draft.exam === exam.exam;
  return isOn ? { outcome: draft.outcome, note: draft.note } : { outcome: null, note: '' };
}
