import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../api/client.ts';
import type { Outcome } from '../outcome/outcome.tsx';

export type Stage = Schemas['ReviewStage'];
export const STAGES: readonly Stage[] = ['first', 'second', 'arbitration'];

export type Order = 'urgency' | 'deadline';

/** Which part of a programme's work, and in which order. */
export interface Queue {
  readonly program: string;
  readonly stage: Stage;
  readonly outcome: Outcome | null;
  readonly order: Order;
}

/** What a row shows: a hundred thousand of them must fit into the memory. */
export interface WorkRow {
  readonly patient: string;
  readonly exam: string;
  readonly images: { readonly left: string | null; readonly right: string | null };
  readonly dueAt: string | null;
  readonly overdue: boolean;
  /** `null`: the reader is blinded. */
  readonly result: Pick<Schemas['Result'], 'outcome' | 'reasons'> | null;
  /** What readers have said who differ. */
  readonly said: readonly Outcome[];
}

const PAGE = 200;

function rowOf({ patient, exam, images, dueAt, overdue, result }: Schemas['WorkListItem']): WorkRow {
  const deciding = result?.reasons.filter(({ outcome }) => outcome === result.outcome).slice(0, 1);
  const verdicts = result?.review?.verdicts.filter(({ supersededBy }) => supersededBy === null) ?? [];
  return {
    ...{ patient, exam, images, dueAt, overdue: overdue === true },
    result: result === null ? null : { outcome: result.outcome, reasons: deciding ?? [] },
    said: verdicts.map(({ outcome }) => outcome),
  };
}

/** Whether the readers of a stage are blinded to what the machine found. */
export function isBlindedStage(
  counts: readonly Schemas['WorkListCount'][] | undefined,
  stage: Stage,
): boolean {
  return stage === 'second' || counts?.find((one) => one.stage === stage)?.blinded === true;
}

/** A queue, page by page. */
export function queueQuery({ program, stage, outcome, order }: Queue) {
  // The API sorts by urgency over all outcomes.
  const wanted = outcome !== null ? 'deadline' : order;
  return infiniteQueryOptions({
    queryKey: ['work-list', program, stage, outcome, wanted],
    queryFn: async ({ pageParam, signal, client }) => {
      const counts = await client.ensureQueryData(countsQuery(program));
      // A blinded list can be chosen and sorted by nothing that would tell.
      const chosen = isBlindedStage(counts, stage)
        ? { sort: 'deadline' as const }
        : { sort: wanted, outcome: outcome ?? undefined };
      const query = { stage, limit: PAGE, cursor: pageParam, ...chosen };
      const answer = await api.GET('/v1/programs/{program}/worklist', {
        params: { path: { program }, query },
        signal,
      });
      const { items, cursor } = dataOf(answer);
      return { rows: items.map(rowOf), cursor };
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ cursor }) => cursor,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** How much waits at each stage. */
export function countsQuery(program: string) {
  return queryOptions({
    queryKey: ['work-list-counts', program],
    queryFn: async ({ signal }) => {
      const params = { path: { program } };
      return dataOf(await api.GET('/v1/programs/{program}/worklist/counts', { params, signal })).stages;
    },
  });
}

/** A queue as a part of an address. @example queueSearch(queue) // 'stage=first&order=urgency' */
export function queueSearch({ stage, outcome, order }: Omit<Queue, 'program'>): string {
  return new URLSearchParams({ stage, order, ...(outcome === null ? {} : { outcome }) }).toString();
}

const OUTCOMES: readonly Outcome[] = ['refer-urgent', 'refer', 'ungradable', 'not-assessed', 'recall'];

/** The queue that an address names; what it does not name is first reading by urgency. */
export function queueOf(program: string, search: string): Queue {
  const named = new URLSearchParams(search);
  const stage = STAGES.find((one) => one === named.get('stage')) ?? 'first';
  const outcome = OUTCOMES.find((one) => one === named.get('outcome')) ?? null;
  return {
    ...{ program, stage },
    // A blinded list can be chosen by nothing that would tell.
    outcome: stage === 'second' ? null : outcome,
    order: named.get('order') === 'deadline' ? 'deadline' : 'urgency',
  };
}
