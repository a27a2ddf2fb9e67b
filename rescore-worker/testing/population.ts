import { ACTIVE_MODEL_KEY, type ActiveModel } from '../../core/activation/active-model.ts';
import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { FeaturesReference } from '../../core/exams/exam-result.ts';
import { requestIdOf } from '../../core/exams/request-id.ts';
import type { Head } from '../../core/heads/head.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { decideOutcome } from '../../core/policies/decide-outcome.ts';
import { policyId } from '../../core/policies/policy-id.ts';
import type { Home } from '../../core/ports/index.ts';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { outputOf, preparedFacts, requestedPair } from '../../core/testing/records.ts';

const WRITES_AT_ONCE = 256;

export interface PopulationOptions {
  readonly exams: number;
  /** Channels of the joint space. */
  readonly embedding: number;
  /** Exams of a feature shard: half of the worker's batch. */
  readonly examsPerShard: number;
  readonly labels?: number;
  /** The bundle that is said to have made the features. */
  readonly bundle?: Pick<ActiveModel, 'model' | 'preprocessing'>;
}

/** A program whose exams are screened, with features of numbers drawn at random. No photograph is behind them. */
export interface Population {
  readonly program: string;
  readonly model: ActiveModel;
  /** Names of the feature shards, in the order of the exams. */
  readonly shards: readonly string[];
  keyOf(index: number): ExamKey;
}

/** A head of weights drawn by its name. */
export function drawnHead(
  name: string,
  embedding: number,
  labels: readonly string[],
  feature: Head['feature'] = 'patient',
): Head {
  let state = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const draw = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return {
    format: 1,
    name,
    feature,
    kind: 'multi-label',
    normalize: true,
    labels: labels.map((label) => ({
      name: label,
      weights: Array.from({ length: embedding }, () => 4 * draw()),
      bias: draw(),
      threshold: 0.5,
      calibration: { kind: 'none' },
    })),
    trained: false,
    provenance: 'drawn for a test',
    intendedUse: 'none',
  };
}

/** The tensors of a shard, none of which is like another: a population whose eyes are alike would hide a swap. */
const TENSORS = ['left_visual', 'right_visual', 'left', 'right', 'patient'] as const;

/** A number of a shard: of a row's channel, of one tensor. */
export function featureOf(
  tensor: (typeof TENSORS)[number],
  shard: number,
  row: number,
  channel: number,
  embedding: number,
): number {
  const place = (TENSORS.indexOf(tensor) * 100_003 + row) * embedding + channel;
  return Math.fround(Math.sin(shard * 7919 + place));
}

function matricesOf(rows: number, embedding: number, shard: number): FeatureMatrices {
  const matrix = (tensor: (typeof TENSORS)[number]) =>
    Float32Array.from({ length: rows * embedding }, (_, index) =>
      featureOf(tensor, shard, Math.floor(index / embedding), index % embedding, embedding),
    );
  return {
    ...{ leftVisual: matrix('left_visual'), rightVisual: matrix('right_visual') },
    ...{ left: matrix('left'), right: matrix('right'), patient: matrix('patient') },
  };
}

/** Stores screened exams of program `north`, their features, and the model with its live head. */
export async function populate(home: Home, options: PopulationOptions): Promise<Population> {
  const { exams, embedding, examsPerShard, labels = 2, bundle } = options;
  const program = 'north';
  const names = Array.from({ length: labels }, (_, index) => (index === 0 ? 'glaucoma' : `label-${index}`));
  const live = await storeHead(home.objects, drawnHead('odir', embedding, names));
  const model: ActiveModel = {
    schema: 'active-model/1',
    model: 'm1',
    preprocessing: 'squash-bicubic-v1',
    heads: [live],
    trained: false,
    embedding,
    input: { imageSize: 224, detector: null },
    ...bundle,
  };
  await home.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)));
  const keyOf = (index: number) => ({ program, patient: `P${String(index).padStart(7, '0')}`, exam: '1' });
  const askedOf = (index: number) => requestOf(keyOf(index), model, index);
  const shards: string[] = [];
  let places: readonly FeaturesReference[] = [];
  for (let first = 0; first < exams; first += WRITES_AT_ONCE) {
    const records: ExamRecord[] = [];
    for (let index = first; index < Math.min(exams, first + WRITES_AT_ONCE); index += 1) {
      if (index % examsPerShard === 0) {
        const rows = Math.min(examsPerShard, exams - index);
        const asked = Array.from({ length: rows }, (_, row) => askedOf(index + row));
        places = await home.features.put({
          ...{ model: model.model, preprocessing: model.preprocessing },
          exams: asked.map(({ exam, requestId }) => ({ exam, requestId, eyes: { left: true, right: true } })),
          matrices: matricesOf(rows, embedding, shards.length),
        });
        shards.push(places[0]?.shard ?? '');
      }
      records.push(screened(askedOf(index), places[index % examsPerShard] ?? null, index));
    }
    await Promise.all(records.map((record) => home.exams.save(record)));
  }
  return { program, model, shards, keyOf };
}

type Asked = Pick<ScreeningRequest, 'exam' | 'requestId' | 'images' | 'contract' | 'model'>;

function requestOf(exam: ExamKey, model: ActiveModel, index: number): Asked {
  const work = { images: requestedPair(index), contract: null, model };
  return { exam, requestId: requestIdOf(exam, work), ...work };
}

function screened(
  { exam, ...request }: Asked,
  features: FeaturesReference | null,
  index: number,
): ExamRecord {
  const at = new Date(Date.UTC(2026, 3, 1) + index).toISOString();
  const output = { ...outputOf(request), features, screenedAt: at };
  const { outcome, findings, reasons } = decideOutcome(DEFAULT_SETTINGS.policy, output);
  const decision = { outcome, findings: [...findings], reasons: [...reasons] };
  return {
    schema: 'exam/2',
    ...exam,
    revision: 0,
    status: 'screened',
    expected: { left: 1, right: 1 },
    images: request.images.map(({ pixelsSha256: _, ...image }) => ({
      ...image,
      state: 'current',
      // No file is needed of an image that gives no pixels.
      prepared: { ...preparedFacts(image.laterality), pixelsSha256: null },
    })),
    pairingDeadline: at,
    request: { requestedAt: at, ...request },
    result: { ...output, ...decision, policy: policyId(DEFAULT_SETTINGS.policy) },
    createdAt: at,
    updatedAt: at,
  };
}
