import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { Finding } from '../../core/exams/finding.ts';
import type { ImageVersion } from '../../core/exams/image-version.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import { type ScreeningRequest, screeningRequestSchema } from '../../core/messages/screening-request.ts';
import type { ScreeningResult } from '../../core/messages/screening-result.ts';
import type { HeadReference } from '../../core/models/active-model.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { HeadScorer } from '../../model/heads/score-head.ts';
import { StoppingError } from '../errors.ts';
import type { BatchInference, InferredExam } from '../inference/batch-inference.ts';
import { checkRequest, type Verdict } from './check-request.ts';
import { type Preparation, type PreparedEye, prepareEye } from './prepare-eye.ts';
import { type PreparedEyes, type ReadOut, screeningOutput } from './screening-output.ts';

export interface ScreenExamOptions {
  readonly home: Pick<Home, 'exams' | 'queues'>;
  /** What screens, and how its numbers are read. */
  readonly readOut: ReadOut;
  readonly preparation: Preparation;
  readonly inference: Pick<BatchInference, 'infer'>;
  /** Scorers of the heads that a request names. */
  readonly headsOf: (heads: readonly HeadReference[]) => Promise<readonly HeadScorer[]>;
  readonly publish: (result: ScreeningResult) => Promise<void>;
  readonly counters: Counters;
  readonly log: Log;
  /** Told of a request for another model than this worker's. */
  readonly onOtherModel: () => void;
  /** Aborted when no further exam is to be begun. */
  readonly stopping: AbortSignal;
}

/** A request for another model goes to intake again: by then it, or the worker, has changed. */
const OTHER_MODEL_SECONDS = 5;

interface Scored {
  readonly findings: readonly Finding[];
  /** `null` where no eye was gradable. */
  readonly inferred: InferredExam | null;
}

/**
 * Makes the handler of screening requests: it does all of one exam's work, from its message to its published result.
 * Called twice with the same message it does no harm.
 *
 * @throws InvalidInputError if the message is none; StoppingError if the worker stops before the exam was begun; what
 * the ports throw
 */
export function createScreenExam(options: ScreenExamOptions): (body: string) => Promise<void> {
  const { home, readOut, preparation, inference, headsOf, publish, counters, log, stopping } = options;

  function prepare(image: ImageVersion | null): Promise<PreparedEye> | null {
    return image === null ? null : prepareEye(preparation, image);
  }

  async function score(
    { requestId, model }: ScreeningRequest,
    { left, right }: PreparedEyes,
  ): Promise<Scored> {
    const pixels = { left: left?.pixels ?? null, right: right?.pixels ?? null };
    if (pixels.left === null && pixels.right === null) return { findings: [], inferred: null };
    const heads = await headsOf(model.heads);
    const inferred = await inference.infer({ requestId, ...pixels });
    return { findings: heads.flatMap((head) => head.score(inferred.features)), inferred };
  }

  /** What heads in shadow find. They decide nothing, so their fault costs no exam its answer. */
  async function tryShadow(
    { model, exam }: ScreeningRequest,
    inferred: InferredExam | null,
  ): Promise<ScreeningResult['shadow']> {
    if (model.shadow === undefined) return undefined;
    const { heads } = model.shadow;
    try {
      const scorers = inferred === null ? [] : await headsOf(heads);
      const findings = scorers.flatMap((head) => (inferred === null ? [] : head.score(inferred.features)));
      return { heads, findings };
    } catch (error) {
      counters.add('ShadowFailed', 1);
      log.warn('Heads in shadow could not be tried', {
        exam: examName(exam),
        reason: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  }

  async function screen(request: ScreeningRequest): Promise<void> {
    const [left, right] = await Promise.all([prepare(request.images.left), prepare(request.images.right)]);
    const eyes = { left, right };
    const { findings, inferred } = await score(request, eyes);
    const model = { ...readOut.model, heads: request.model.heads };
    const output = screeningOutput(request, { ...readOut, model }, eyes, findings, inferred);
    const shadow = await tryShadow(request, inferred);
    await publish({ schema: 'screening-result/1', exam: request.exam, output, shadow });
    counters.add('ImageScreened', (left === null ? 0 : 1) + (right === null ? 0 : 1));
    counters.add(
      'ImageUngradable',
      [left, right].filter((eye) => eye !== null && eye.pixels === null).length,
    );
  }

  async function askAgain(exam: ExamKey): Promise<void> {
    const check: ExamCheck = { schema: 'exam-check/1', reason: 'model-changed', exam };
    await home.queues.intake.queue.send([
      { body: JSON.stringify(check), delaySeconds: OTHER_MODEL_SECONDS, group: exam.program },
    ]);
    options.onOtherModel();
  }

  return async (body) => {
    const request = parseMessage(screeningRequestSchema, body);
    if (stopping.aborted) throw new StoppingError();
    const verdict: Verdict = await checkRequest(home.exams, request, readOut.model);
    if (stopping.aborted) throw new StoppingError();
    if (verdict === 'screen') await screen(request);
    else if (verdict === 'other-model') await askAgain(request.exam);
    else counters.add(verdict === 'answered' ? 'RequestAnswered' : 'RequestSuperseded', 1);
  };
}
