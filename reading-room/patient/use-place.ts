import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { countsQuery, type Queue, queueQuery, type WorkRow } from '../queue/queue-query.ts';
import { type ExamPath, fetchAhead } from './reading-query.ts';

const nameOf = ({ patient, exam }: Pick<WorkRow, 'patient' | 'exam'>) => JSON.stringify([patient, exam]);
/** The next page of the queue is fetched so many exams before it is needed. */
const AHEAD = 20;

/**
 * Where an exam stands in the queue that the reader works through, as it was when they began: what they have read stays in
 * its place, and is passed over on the way forward.
 */
export function usePlace(queue: Queue, path: ExamPath) {
  const queries = useQueryClient();
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(queueQuery(queue));
  const { data: counts } = useQuery(countsQuery(queue.program));
  const [read, setRead] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const index = rows.findIndex((row) => nameOf(row) === nameOf(path));
  const next = rows.slice(index + 1).find((row) => !read.has(nameOf(row))) ?? null;
  const previous = index > 0 ? (rows[index - 1] ?? null) : null;

  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && index >= rows.length - AHEAD) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, index, rows.length]);
  const { program } = path;
  const [nextPatient, nextExam] = [next?.patient, next?.exam];
  useEffect(() => {
    if (nextPatient === undefined || nextExam === undefined) return;
    // What cannot be fetched ahead says so once it is opened.
    fetchAhead(queries, { program, patient: nextPatient, exam: nextExam }).catch(() => undefined);
  }, [queries, program, nextPatient, nextExam]);

  const stage = counts?.find((one) => one.stage === queue.stage);
  const whole =
    queue.outcome === null && stage !== undefined ? Math.max(stage.exams, rows.length) : rows.length;
  return {
    index,
    count: `${whole}${hasNextPage ? '+' : ''}`,
    next,
    previous,
    /** Passes an exam over from now on. @returns the one after it */
    markRead: () => {
      setRead((before) => new Set(before).add(nameOf(path)));
      return next;
    },
  };
}
