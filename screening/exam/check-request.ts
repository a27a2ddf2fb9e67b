import type { ActiveModel } from '../../core/activation/active-model.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { requestIdOf } from '../../core/exams/request-id.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import type { ExamTable } from '../../core/ports/index.ts';

/** What is to be done about a request: of an exam to be screened, its record. */
export type Verdict =
  | { readonly kind: 'screen'; readonly record: ExamRecord }
  | { readonly kind: 'answered' | 'superseded' | 'other-model' };

/**
 * Looks at the exam before any work is done: a redelivered request may be answered by now, a photograph replaced, an
 * exam erased.
 */
export async function checkRequest(
  exams: Pick<ExamTable, 'get'>,
  request: ScreeningRequest,
  model: ActiveModel,
): Promise<Verdict> {
  const record = await exams.get(request.exam);
  if (record?.request?.requestId !== request.requestId) return { kind: 'superseded' };
  if (record.status === 'screened') return { kind: 'answered' };
  const { model: bundle, preprocessing } = model;
  const { heads } = request.model;
  // Any heads will do: they are read by their ids.
  const own = requestIdOf(request.exam, {
    images: request.images,
    contract: request.contract,
    model: { model: bundle, preprocessing, heads },
  });
  return own === request.requestId ? { kind: 'screen', record } : { kind: 'other-model' };
}
