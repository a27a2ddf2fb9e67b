import type { ReviewState } from '../../core/exams/review-state.ts';
import type { Caller } from './caller.ts';

/**
 * Whether a caller must not learn what the machine found of an exam. While the exam waits for its second reader, no reader may.
 * While it waits for no reader, only the scope `read` may.
 */
export function isBlinded({ stage }: Pick<ReviewState, 'stage'>, caller: Pick<Caller, 'scopes'>): boolean {
  return stage === 'second' || (stage === null && !caller.scopes.includes('read'));
}
