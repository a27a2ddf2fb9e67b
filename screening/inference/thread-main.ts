import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../core/errors.ts';
import type { FeatureMatrices } from '../../core/exams/exam-features.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { TowerExplainer } from '../../model/evidence/tower-explainer.ts';
import { FusionSession } from '../../model/runtime/fusion-session.ts';
import { VisionSession } from '../../model/runtime/vision-session.ts';
import { ScreeningError } from '../errors.ts';
import type {
  ExamPlaces,
  ExplainRequest,
  InferenceAnswer,
  InferenceRequest,
  InferenceSettings,
} from './inference-messages.ts';
import { STOP } from './inference-messages.ts';

const NOTHING_FUSED = { left: new Float32Array(), right: new Float32Array(), patient: new Float32Array() };

/**
 * Runs in a thread of its own: ONNX Runtime keeps its thread busy for as long as a batch takes, while heartbeats and
 * downloads must go on.
 */
async function serve(settings: InferenceSettings): Promise<void> {
  const port = parentPort;
  if (port === null) throw new ScreeningError('The inference thread was not started as a thread.');
  const bundle = await openBundle(settings.bundleDirectory, { text: false });
  const vision = await VisionSession.load(bundle, settings);
  const fusion = await FusionSession.load(bundle);
  const { embedding } = vision;

  function rows(visual: Float32Array, exams: readonly ExamPlaces[], eye: 'left' | 'right'): Float32Array {
    const matrix = new Float32Array(exams.length * embedding);
    exams.forEach(({ left, right }, index) => {
      const place = (eye === 'left' ? (left ?? right) : (right ?? left)) ?? 0;
      matrix.set(visual.subarray(place * embedding, (place + 1) * embedding), index * embedding);
    });
    return matrix;
  }

  function visualsOf(visual: Float32Array, places: readonly number[]): Float32Array {
    const matrix = new Float32Array(places.length * embedding);
    places.forEach((place, index) => {
      matrix.set(visual.subarray(place * embedding, (place + 1) * embedding), index * embedding);
    });
    return matrix;
  }

  async function featuresOf(visual: Float32Array, exams: readonly ExamPlaces[]): Promise<FeatureMatrices> {
    const leftVisual = rows(visual, exams, 'left');
    const rightVisual = rows(visual, exams, 'right');
    // A batch of further images alone.
    if (exams.length === 0) return { leftVisual, rightVisual, ...NOTHING_FUSED };
    return { leftVisual, rightVisual, ...(await fusion.run(leftVisual, rightVisual)) };
  }

  async function infer({ pixels, exams, others }: InferenceRequest) {
    const visual = await vision.run(pixels);
    return { features: await featuresOf(visual, exams), visuals: visualsOf(visual, others) };
  }

  let explainer: Promise<TowerExplainer> | undefined;
  async function explain({ id, explained, sums }: ExplainRequest): Promise<void> {
    try {
      // Loaded by the first positive finding: where there is none, it costs nothing.
      explainer ??= TowerExplainer.load(bundle, vision, settings.threads);
      const grids = await (await explainer).grids(explained, sums);
      answer({ kind: 'evidence', id, grids });
    } catch (error) {
      explainer = undefined;
      answer({ kind: 'failed', id, reason: reasonOf(error) });
    }
  }

  // The first run allocates; better now than with an exam waiting. The second tells how long a batch takes.
  const blank = new Uint8Array(settings.batchSize * vision.imageSize ** 2 * 3);
  await vision.run(blank);
  const began = performance.now();
  await vision.run(blank);
  const batchMilliseconds = performance.now() - began;
  const answer = (message: InferenceAnswer, transfer: ArrayBuffer[] = []) =>
    port.postMessage(message, transfer);
  async function handle(request: InferenceRequest): Promise<void> {
    const { id, pixels } = request;
    try {
      const began = performance.now();
      const { features, visuals } = await infer(request);
      const milliseconds = performance.now() - began;
      answer({ kind: 'features', id, pixels, features, visuals, milliseconds }, [pixels.buffer]);
    } catch (error) {
      answer({ kind: 'failed', id, reason: reasonOf(error) });
    }
  }

  // One after the other: two runs at once would share the processors and double the memory.
  let last: Promise<void> = Promise.resolve();
  let stopping = false;
  port.on('message', (request: InferenceRequest | ExplainRequest | typeof STOP) => {
    if (request !== STOP) {
      const work = () => ('explained' in request ? explain(request) : handle(request));
      last = last.then(() => (stopping ? undefined : work()));
      return;
    }
    stopping = true;
    last.finally(() => port.close());
  });
  answer({ kind: 'ready', batchMilliseconds });
}

await serve(workerData as InferenceSettings);
