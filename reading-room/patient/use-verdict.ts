import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiFault } from '../api/client.ts';
import type { Outcome } from '../outcome/outcome.tsx';
import { draftOn, forgetDraft, keepDraft } from '../verdict/draft.ts';
import { type ExamPath, readingQuery, saveVerdict, type TaggedReading } from './reading-query.ts';

/** How the last try to save ended. */
export type Trouble =
  | { readonly is: 'needs-reason' }
  | { readonly is: 'refused'; readonly detail: string }
  | { readonly is: 'lost' };

/**
 * A verdict from its first letter to its saving. What was begun lies in the tab's storage until it is saved: a session that
 * ends, an exam that changes and a connection that breaks take nothing of it.
 *
 * @param seen what the reader has read: the verdict counts for that alone
 * @param onSaved told once the host has it
 */
export function useVerdict(
  path: ExamPath,
  reader: string,
  seen: TaggedReading,
  onSaved: (outcome: Outcome) => void,
) {
  const queries = useQueryClient();
  const [{ outcome: keptOutcome, note: keptNote }] = useState(() => draftOn({ ...path, reader }));
  const [note, setNote] = useState(keptNote);
  const [chosen, choose] = useState<Outcome | null>(keptOutcome);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isSaving, save] = useState(false);
  /** One key for each thing that was said: saying it again, after an answer that was lost, adds nothing. */
  const keys = useRef(new Map<string, string>());

  function keyOf(outcome: Outcome): string {
    const said = JSON.stringify([outcome, note, seen.tag]);
    const key = keys.current.get(said) ?? crypto.randomUUID();
    keys.current.set(said, key);
    return key;
  }

  async function decide(outcome: Outcome): Promise<void> {
    if (isSaving) return;
    const { own } = seen.reading;
    if (own !== null && note.trim() === '') return setTrouble({ is: 'needs-reason' });
    choose(outcome);
    setTrouble(null);
    save(true);
    keepDraft({ ...path, reader, outcome, note });
    try {
      await saveVerdict(path, { outcome, note, corrects: own?.id ?? null }, seen.tag, keyOf(outcome));
      forgetDraft();
      queries.removeQueries({ queryKey: readingQuery(path).queryKey });
      onSaved(outcome);
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      // 412, 404: the page looks again, and tells what has changed.
      if (error.status === 412 || error.status === 404)
        await queries.refetchQueries({ queryKey: readingQuery(path).queryKey });
      else if (error.status === 0) setTrouble({ is: 'lost' });
      else if (error.status !== 401) setTrouble({ is: 'refused', detail: error.message });
      save(false);
    }
  }

  function write(text: string): void {
    setNote(text);
    keepDraft({ ...path, reader, outcome: null, note: text });
  }

  return { note, write, chosen, wasKept: keptOutcome, trouble, isSaving, decide };
}
