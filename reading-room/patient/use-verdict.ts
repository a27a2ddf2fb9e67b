import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { ApiFault } from '../api/client.ts';
import type { Outcome } from '../outcome/outcome.tsx';
import { draftOn, forgetDraft, keepDraft } from '../verdict/draft.ts';
import { draftOf, type EyeDraft, type EyeDrafts, gradesOf, missingGrade } from '../verdict/grades.ts';
import {
  type ExamPath,
  EYES,
  type Eye,
  readingQuery,
  saveVerdict,
  type TaggedReading,
} from './reading-query.ts';

/** How the last try to save ended. */
export type Trouble =
  | { readonly is: 'needs-reason' }
  | { readonly is: 'needs-grade'; readonly eye: Eye }
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
  const { grading, own, photographs } = seen.reading;
  const [kept] = useState(() => draftOn({ ...path, reader }));
  const wasKept = kept?.outcome ?? null;
  const [note, setNote] = useState(kept?.note ?? '');
  const [eyes, setEyes] = useState<EyeDrafts>(
    () => kept?.eyes ?? { right: draftOf(own?.eyes?.right ?? null), left: draftOf(own?.eyes?.left ?? null) },
  );
  const [chosen, choose] = useState<Outcome | null>(wasKept);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isSaving, save] = useState(false);
  /** One key for each thing that was said: saying it again, after an answer that was lost, adds nothing. */
  const keys = useRef(new Map<string, string>());

  function keyOf(outcome: Outcome): string {
    const said = JSON.stringify([outcome, note, eyes, seen.tag]);
    const key = keys.current.get(said) ?? crypto.randomUUID();
    keys.current.set(said, key);
    return key;
  }

  async function decide(outcome: Outcome): Promise<void> {
    if (isSaving) return;
    const photographed = EYES.filter((eye) => photographs[eye].length > 0);
    const eye = missingGrade(eyes, photographed, grading);
    if (eye !== null) return setTrouble({ is: 'needs-grade', eye });
    if (own !== null && note.trim() === '') return setTrouble({ is: 'needs-reason' });
    choose(outcome);
    setTrouble(null);
    save(true);
    keepDraft({ ...path, reader, outcome, note, eyes });
    try {
      await saveVerdict(
        path,
        { outcome, note, eyes: gradesOf(eyes, grading.scheme), corrects: own?.id ?? null },
        seen.tag,
        keyOf(outcome),
      );
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
    keepDraft({ ...path, reader, outcome: null, note: text, eyes });
  }

  function grade(eye: Eye, draft: EyeDraft): void {
    const graded = { ...eyes, [eye]: draft };
    setEyes(graded);
    setTrouble((now) => (now?.is === 'needs-grade' ? null : now));
    keepDraft({ ...path, reader, outcome: null, note, eyes: graded });
  }

  return { note, write, eyes, grade, chosen, wasKept, trouble, isSaving, decide };
}
