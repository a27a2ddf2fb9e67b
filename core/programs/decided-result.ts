import { notedFields, requiredFields } from '../exams/capture-protocol.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { ExamResult, ScreeningOutput } from '../exams/exam-result.ts';
import { doubtsOf, flagsOf } from '../exams/record-flags.ts';
import { decideOutcome } from '../policies/decide-outcome.ts';
import { policyId } from '../policies/policy-id.ts';
import type { ProgramSettings } from './program-settings.ts';

/**
 * An exam's result: what a worker made of it, what its record says of its images, and what the program's policy and capture
 * protocol decide. Heads in shadow have no part in it: neither their findings nor what images alone say by them.
 *
 * @param record as it stands now
 */
export function decidedResult(
  { policy, captureProtocol }: Pick<ProgramSettings, 'policy' | 'captureProtocol'>,
  output: ScreeningOutput,
  record: Pick<ExamRecord, 'images'>,
): ExamResult {
  const fields = requiredFields(captureProtocol);
  const { outcome, findings, reasons, flags } = decideOutcome(policy, {
    ...output,
    ...{ doubts: doubtsOf(record), fields },
  });
  return {
    ...output,
    findings: [...findings],
    flags: [...new Set([...output.flags, ...flagsOf(record), ...flags])],
    outcome,
    policy: policyId(policy),
    ...notedFields(fields),
    reasons: [...reasons],
  };
}
