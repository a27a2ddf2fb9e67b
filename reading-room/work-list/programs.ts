import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from '../api/client.ts';

/** The programmes that are open to the reader. */
export function programsQuery() {
  return queryOptions({
    queryKey: ['programs'],
    queryFn: async ({ signal }) =>
      dataOf(await api.GET('/v1/programs', { params: { query: { limit: 500 } }, signal })).items,
  });
}
