import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../api/client.ts';
import type { ExamPath } from './reading-query.ts';

export type PriorExam = Schemas['PriorExam'];

const KEPT_MILLISECONDS = 5 * 60_000;

/** A patient's earlier visits, the latest first, as the reader may see them. */
export function priorQuery(path: ExamPath, tag: string) {
  return queryOptions({
    queryKey: ['prior', path.program, path.patient, path.exam, tag],
    queryFn: async ({ signal }): Promise<readonly PriorExam[]> => {
      const answer = await api.GET('/v1/programs/{program}/patients/{patient}/exams/{exam}/prior', {
        params: { path },
        signal,
      });
      return dataOf(answer).items;
    },
    staleTime: KEPT_MILLISECONDS,
  });
}
