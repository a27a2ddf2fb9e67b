import type { HeadReference } from '../../core/activation/active-model.ts';
import { reasonOf } from '../../core/errors.ts';
import type { RequestedImage } from '../../core/exams/exam-image.ts';
import { type ExamKey, examName } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { fieldOfImage } from '../../core/exams/field.ts';
import type { ScoredFinding } from '../../core/exams/finding.ts';
import { withImages } from '../../core/exams/finding-image.ts';
import { LATERALITIES, type Laterality } from '../../core/exams/laterality.ts';
import { primaryFirst } from '../../core/exams/primary-image.ts';
import { type ReadOut, screeningOutput } from '../../core/exams/screening-output.ts';
import type { FeatureDistance } from '../../core/features/feature-distance.ts';
import type { HeadScorer } from '../../core/heads/score-head.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import { type ScreeningRequest, screeningRequestSchema } from '../../core/messages/screening-request.ts';
import type { ScreeningResult } from '../../core/messages/screening-result.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters, Log } from '../../core/ports/log.ts';
import type { EvidenceChecks } from '../../model/bundle/evidence-checks.ts';
import { StoppingError } from '../errors.ts';
import { type ExplainedFinding, explainedFindings } from '../evidence/explained-findings.ts';
import type { ExplainedRequest } from '../evidence/make-evidence-maps.ts';
import type { BatchInference, InferredExam } from '../inference/batch-inference.ts';
import type { ImagePixels } from '../inference/exam-images.ts';
import { askAgain } from './ask-again.ts';
import { checkRequest, type Verdict } from './check-request.ts';
import { type ReadImage, type Reading, readPixels } from './read-pixels.ts';

export interface ScreenExamOptions {
  readonly home: Pick<Home, 'exams' | 'queues'>;
  /** What screens, and how its numbers are read. */
  readonly readOut: ReadOut;
  readonly reading: Reading;
  readonly inference: Pick<BatchInference, 'infer'>;
  /** Scorers of the heads that a request names. */
  readonly headsOf: (heads: readonly HeadReference[]) => Promise<readonly HeadScorer[]>;
  /** Stores what positive findings rest on. */
  readonly explain: (request: ExplainedRequest, findings: readonly ExplainedFinding[]) => Promise<void>;
  /** How the maps of the bundle's heads were judged. */
  readonly evidence?: EvidenceChecks | undefined;
  /** How far features lie from those of training; left out of a bundle that does not say it. */
  readonly distance?: FeatureDistance | undefined;
  readonly publish: (result: ScreeningResult) => Promise<void>;
  readonly counters: Counters;
  readonly log: Log;
  /** Told of a request for another model than this worker's. */
  readonly onOtherModel: () => void;
  /** Aborted when no further exam is to be begun. */
  readonly stopping: AbortSignal;
}

interface Scored {
  readonly findings: readonly ScoredFinding[];
  /** `null` where no image was gradable. */
  readonly inferred: InferredExam | null;
}

/** Images of each eye, the primary one first. */
type Eyes = Readonly<Record<Laterality, readonly ReadImage[]>>;

/** What the model is given of an eye. */
function pixelsOf(eye: readonly ReadImage[]): ImagePixels[] {
  return eye.flatMap(({ image, laterality, field: named, facts, pixels }, index) => {
    if (pixels === null) return [];
    const { key, sha256 } = image;
    const field = fieldOfImage(named, facts.field);
    return [{ image: key, sha256, laterality, field, pixels, primary: index === 0 }];
  });
}

/** The image that an eye's findings are about. */
function primariesOf({ left, right }: Eyes) {
  return { left: left[0] ?? null, right: right[0] ?? null };
}

/**
 * Makes the handler of screening requests: it does all of one exam's work, from its message to its published result.
 * Called twice with the same message it does no harm.
 *
 * @throws InvalidInputError if the message is none; StoppingError if the worker stops before the exam was begun; what
 * the ports throw
 */
export function createScreenExam(options: ScreenExamOptions): (body: string) => Promise<void> {
  const { home, readOut, reading, inference, headsOf, publish, explain, counters, log, stopping } = options;

  async function score({ exam, requestId, model }: ScreeningRequest, eyes: Eyes): Promise<Scored> {
    const images = LATERALITIES.flatMap((laterality) => pixelsOf(eyes[laterality]));
    if (images.length === 0) return { findings: [], inferred: null };
    const heads = await headsOf(model.heads);
    const inferred = await inference.infer({ exam, requestId, images });
    const findings = withImages(
      heads.flatMap((head) => head.score(inferred.features)),
      primariesOf(eyes),
    );
    const named = heads.flatMap((scorer, index) => {
      const reference = model.heads[index];
      return reference === undefined ? [] : [{ scorer, reference }];
    });
    await explain({ exam, requestId }, explainedFindings(findings, named, eyes, options.evidence));
    return { findings, inferred };
  }

  /** What heads in shadow find. They decide nothing, so their fault costs no exam its answer. */
  async function tryShadow(
    { model, exam }: ScreeningRequest,
    eyes: Eyes,
    inferred: InferredExam | null,
  ): Promise<ScreeningResult['shadow']> {
    if (model.shadow === undefined) return undefined;
    const { heads } = model.shadow;
    try {
      const scorers = inferred === null ? [] : await headsOf(heads);
      const findings = scorers.flatMap((head) => (inferred === null ? [] : head.score(inferred.features)));
      return { heads, findings: withImages(findings, primariesOf(eyes)) };
    } catch (error) {
      counters.add('ShadowFailed', 1);
      log.warn('Heads in shadow could not be tried', {
        exam: examName(exam),
        reason: reasonOf(error),
      });
      return undefined;
    }
  }

  async function screen(request: ScreeningRequest, record: ExamRecord): Promise<void> {
    const read = await readPixels(reading, request, record);
    if (read.kind === 'missing') return askForPixels(request.exam, read.images);
    const eyeOf = (eye: Laterality) =>
      primaryFirst(read.images.filter(({ laterality }) => laterality === eye));
    const eyes: Eyes = { left: eyeOf('left'), right: eyeOf('right') };
    const { findings, inferred } = await score(request, eyes);
    const model = { ...readOut.model, heads: request.model.heads };
    const features = inferred?.reference ?? null;
    const unlikeTraining = new Set(
      (inferred?.features.images ?? [])
        .filter(({ visual }) => options.distance?.isUnlike(visual))
        .map(({ image }) => image),
    );
    const output = screeningOutput(request, { ...readOut, model }, eyes, {
      findings,
      features,
      unlikeTraining,
    });
    const shadow = await tryShadow(request, eyes, inferred);
    await publish({ schema: 'screening-result/2', exam: request.exam, output, shadow });
    counters.add('ImageScreened', read.images.length);
  }

  /** Pixels expire, and a former release prepared none. Intake has them made, and asks again. */
  async function askForPixels(exam: ExamKey, missing: readonly RequestedImage[]): Promise<void> {
    const images = missing.map(({ key, versionId }) => ({ key, versionId }));
    const check: ExamCheck = { schema: 'exam-check/1', reason: 'pixels-missing', exam, images };
    await home.queues.intake.queue.send([{ body: JSON.stringify(check), group: exam.program }]);
  }

  return async (body) => {
    const request = parseMessage(screeningRequestSchema, body);
    if (stopping.aborted) throw new StoppingError();
    const verdict: Verdict = await checkRequest(home.exams, request, readOut.model);
    if (stopping.aborted) throw new StoppingError();
    if (verdict.kind === 'screen') await screen(request, verdict.record);
    else if (verdict.kind === 'other-model') {
      // By then it, or this worker, has changed.
      await askAgain(home, request.exam);
      options.onOtherModel();
    } else counters.add(verdict.kind === 'answered' ? 'RequestAnswered' : 'RequestSuperseded', 1);
  };
}
