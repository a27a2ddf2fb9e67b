import { type Queue, queueSearch, type WorkRow } from './queue-query.ts';

/** Address of a programme's work list. */
export function programAddress(queue: Queue): string {
  return `/${encodeURIComponent(queue.program)}/work-list?${queueSearch(queue)}`;
}

/** Address of an exam, as a part of the queue in which it was found. */
export function examAddress(queue: Queue, { patient, exam }: Pick<WorkRow, 'patient' | 'exam'>): string {
  const [program, person, visit] = [queue.program, patient, exam].map(encodeURIComponent);
  return `/${program}/patients/${person}/exams/${visit}?${queueSearch(queue)}`;
}
