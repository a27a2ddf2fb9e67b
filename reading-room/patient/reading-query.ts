import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../api/client.ts';
import type { Outcome } from '../outcome/outcome.tsx';
import { pictureQuery } from '../pictures/use-picture.ts';

export type Reading = Schemas['Reading'];
export type Eye = 'right' | 'left';
/** The right eye stands on the reader's left, always. */
export const EYES: readonly Eye[] = ['right', 'left'];

/** Name of an exam. */
export interface ExamPath {
  readonly program: string;
  readonly patient: string;
  readonly exam: string;
}

/** An exam as the reader may see it, and the tag of what they saw. */
export interface TaggedReading {
  readonly reading: Reading;
  readonly tag: string;
}

const KEPT_MILLISECONDS = 5 * 60_000;

/** An exam as the reader may see it: the answer to one call, so that result, photographs and tag are of one moment. */
export function readingQuery(path: ExamPath) {
  return queryOptions({
    queryKey: ['reading', path.program, path.patient, path.exam],
    queryFn: async ({ signal }): Promise<TaggedReading> => {
      const answer = await api.GET('/v1/programs/{program}/patients/{patient}/exams/{exam}/reading', {
        params: { path },
        signal,
      });
      return { reading: dataOf(answer), tag: answer.response.headers.get('etag') ?? '*' };
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MILLISECONDS,
  });
}

/** Fetches an exam and the first photograph of each eye before they are asked for. */
export async function fetchAhead(queries: QueryClient, path: ExamPath): Promise<void> {
  const { reading, tag } = await queries.fetchQuery(readingQuery(path));
  const pictures = EYES.flatMap((eye) => reading.photographs[eye].slice(0, 1)).map(({ image }) =>
    queries.prefetchQuery(pictureQuery({ ...path, image }, 'rendition', tag)),
  );
  await Promise.all(pictures);
}

/** What a reader decides. */
export interface NewVerdict {
  readonly outcome: Outcome;
  readonly note: string;
  /** What they saw of each eye; `null`: nothing was said. */
  readonly eyes: Schemas['EyeGrades'] | null;
  /** Their own verdict that this one corrects. */
  readonly corrects: string | null;
}

/**
 * Saves a verdict over what was read, once.
 *
 * @param tag of what was read: 412 if it has changed since
 * @param key of this press of a key, so that sending it again adds nothing
 */
export async function saveVerdict(
  path: ExamPath,
  { outcome, note, eyes, corrects }: NewVerdict,
  tag: string,
  key: string,
): Promise<void> {
  const text = note.trim();
  const said = { ...(text === '' ? {} : { note: text }), ...(eyes === null ? {} : { eyes }) };
  const correction = corrects === null ? {} : { corrects, reason: text };
  await api.POST('/v1/programs/{program}/patients/{patient}/exams/{exam}/reviews', {
    params: { path },
    body: { outcome, ...said, ...correction },
    headers: { 'if-match': tag, 'idempotency-key': key },
  });
}
