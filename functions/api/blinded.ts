import type { ReviewState } from '../../core/exams/review-state.ts';
import type { Caller } from './caller.ts';

/**
 * Whether a caller is not to learn what the machine found of an exam: while it waits for its second reader nobody who reads is,
 * and when it waits for no one only the scope `read` is told.
 */
export function isBlinded({ stage }: Pick<ReviewState, 'stage'>, caller: Pick<Caller, 'scopes'>): boolean {
  return stage === 'second' || (stage === null && !caller.scopes.includes('read'));
}
