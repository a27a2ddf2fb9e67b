import { queryOptions } from '@tanstack/react-query';
import { ApiFault, api, dataOf, type Schemas } from '../../api/client.ts';
import type { ExamPath } from '../reading-query.ts';

export type EvidenceMap = Schemas['EvidenceMap'];
type Finding = Schemas['Finding'];

/** A map of a photograph, or why there is none, in the host's words. */
export type MapAnswer = { readonly map: EvidenceMap } | { readonly why: string };

/** The name of a photograph in addresses: the last part of its key. */
const fileOf = (image: string) => image.split('/').at(-1) ?? image;

/** Where in a photograph a finding has its evidence. Asking is noted in the audit trail: it is asked when it is looked at. */
export function mapQuery(path: ExamPath, image: string, { head, label }: Finding, tag: string) {
  return queryOptions({
    queryKey: ['evidence-map', path.program, path.patient, path.exam, image, head, label, tag],
    queryFn: async ({ signal }): Promise<MapAnswer> => {
      try {
        const answer = await api.GET(
          '/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}/maps/{head}/{label}',
          { params: { path: { ...path, image: fileOf(image), head, label } }, signal },
        );
        return { map: dataOf(answer) };
      } catch (error) {
        if (error instanceof ApiFault && error.status === 404) return { why: error.message };
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}
