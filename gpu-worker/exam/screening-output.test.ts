import { describe, expect, it } from 'vitest';
import type { Quality } from '../../core/exams/quality.ts';
import { EXAM, imageVersion, MODEL, requestedPair } from '../../core/testing/records.ts';
import type { InferredExam } from '../inference/batch-inference.ts';
import type { Detection } from '../inference/inference-messages.ts';
import { screeningOutput } from './screening-output.ts';

const images = { left: imageVersion('left', 1), right: imageVersion('right', 1) };
/** The other field of each eye was asked about: none may be told of the other eye. */
const FIELD = { left: 'macula', right: 'disc' } as const;
const request = {
  schema: 'screening-request/2' as const,
  requestId: 'r',
  exam: EXAM,
  images: requestedPair(1),
  contract: null,
  model: MODEL,
  requestedAt: '2026-05-01T12:00:00.000Z',
};
const runtime = { runtime: 'test', provider: 'cpu', precision: 'fp32' };
const GRADABLE: Quality = { gradable: true, reason: null, measurements: { sharpness: 3 } };
const DARK: Quality = { gradable: false, reason: 'too-dark', measurements: {} };
const LEFT: Detection = { left: 0.99, gradable: 0.8 };
const RIGHT: Detection = { left: 0.01, gradable: 0.7 };

function output(
  detections: InferredExam['detections'],
  { threshold = 0.9, quality = GRADABLE }: { threshold?: number | null; quality?: Quality } = {},
) {
  const empty = new Float32Array(0);
  const inferred = {
    features: { left: null, right: null, patient: empty },
    detections,
    reference: { shard: 's', row: 0 },
  };
  const eye = (side: 'left' | 'right') => ({
    image: images[side],
    field: FIELD[side],
    quality,
    pixels: null,
  });
  const eyes = { left: eye('left'), right: eye('right') };
  return screeningOutput(
    request,
    { model: MODEL, lateralityThreshold: threshold, runtime },
    eyes,
    [],
    inferred,
  );
}

describe("a result's laterality", () => {
  it('is kept with the numbers that decided, and flags no eye that is where it belongs', () => {
    const { eyes, flags } = output({ left: LEFT, right: RIGHT });
    expect(flags).not.toContain('laterality-suspect');
    expect(eyes.left?.laterality).toEqual({
      detected: 'left',
      confidence: 0.99,
      threshold: 0.9,
      suspect: false,
    });
    expect(eyes.right?.quality.measurements).toEqual({ sharpness: 3, gradability: 0.7 });
  });

  it.each([
    ['both eyes', { left: RIGHT, right: LEFT }, [true, true]],
    ['the left eye', { left: RIGHT, right: RIGHT }, [true, false]],
    ['the right eye', { left: LEFT, right: LEFT }, [false, true]],
  ])('is suspect for %s when a photograph shows the other', (_, detections, suspect) => {
    const { eyes, flags } = output(detections);
    expect(flags.filter((flag) => flag === 'laterality-suspect')).toHaveLength(1);
    expect([eyes.left?.laterality?.suspect, eyes.right?.laterality?.suspect]).toEqual(suspect);
  });

  it.each([
    ['the detector is unsure', output({ left: { left: 0.2, gradable: 1 }, right: RIGHT })],
    ['the bundle has no detector', output({ left: null, right: null }, { threshold: null })],
    ['the eyes are ungradable', output({ left: RIGHT, right: LEFT }, { quality: DARK })],
  ])('is not suspect where %s', (_, { flags }) => {
    expect(flags).not.toContain('laterality-suspect');
  });

  it('is left out where no check was made', () => {
    const { eyes } = output({ left: null, right: null }, { threshold: null });
    expect(eyes.left).not.toHaveProperty('laterality');
    expect(eyes.left?.quality.measurements).toEqual({ sharpness: 3 });
  });
});
