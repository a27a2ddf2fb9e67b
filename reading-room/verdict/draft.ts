import type { Outcome } from '../outcome/outcome.tsx';
import { type EyeDrafts, isUntouched, UNGRADED_EYES } from './grades.ts';

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
  /** What was said of the eyes. */
  readonly eyes: EyeDrafts;
}

const STORED = 'retclip-draft';

/** The verdict that was begun in this tab; `null` if there is none. */
export function readDraft(): Draft | null {
  try {
    const draft = JSON.parse(sessionStorage.getItem(STORED) ?? 'null');
    const isDraft = typeof draft?.reader === 'string' && typeof draft.note === 'string';
    // A tab may have begun it with the pages of before grades.
    return isDraft ? { ...draft, eyes: draft.eyes ?? UNGRADED_EYES } : null;
  } catch {
    return null;
  }
}

/** Keeps a verdict that was begun; one without any word or choice is forgotten. */
export function keepDraft(draft: Draft): void {
  const { outcome, note, eyes } = draft;
  const isEmpty = outcome === null && note === '' && isUntouched(eyes.left) && isUntouched(eyes.right);
  if (isEmpty) forgetDraft();
  else sessionStorage.setItem(STORED, JSON.stringify(draft));
}

export function forgetDraft(): void {
  sessionStorage.removeItem(STORED);
}

/** What was begun on this exam by this reader; `null` if nothing. */
export function draftOn(exam: Omit<Draft, 'outcome' | 'note' | 'eyes'>): Draft | null {
  const draft = readDraft();
  const isOn =
    draft !== null &&
    draft.reader === exam.reader &&
    draft.program === exam.program &&
    draft.patient === exam.patient &&
    draft.exam === exam.exam;
  return isOn ? draft : null;
}
