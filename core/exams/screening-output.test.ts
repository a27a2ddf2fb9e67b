import { describe, expect, it } from 'vitest';
import type { ActiveModel } from '../activation/active-model.ts';
import { imageVersion, MODEL } from '../testing/records.ts';
import type { Field, SeenField } from './field.ts';
import type { ScoredFinding } from './finding.ts';
import type { Laterality } from './laterality.ts';
import type { Detection, PreparedFacts } from './prepared-facts.ts';
import type { FoundImage } from './primary-image.ts';
import type { Quality } from './quality.ts';
import { type FoundImages, NOTHING_READ, screeningOutput } from './screening-output.ts';

const RUNTIME = { runtime: 'test', provider: 'cpu', precision: 'fp32' };
const GRADABLE: Quality = { gradable: true, reason: null, measurements: { sharpness: 3 } };
const DARK: Quality = { gradable: false, reason: 'too-dark', measurements: {} };
/** What is seen of a photograph of the left eye, and of one of the right. */
const LEFT: Detection = { left: 0.99, gradable: 0.8, threshold: 0.9 };
const RIGHT: Detection = { left: 0.01, gradable: 0.7, threshold: 0.9 };

function found(eye: Laterality, facts: Partial<PreparedFacts> = {}, version = 1): FoundImage {
  // The other field of each eye was asked about: none may be told of the other eye.
  const field = eye === 'left' ? 'macula' : 'disc';
  return { image: imageVersion(eye, version), field, facts: { quality: GRADABLE, detected: null, ...facts } };
}

function pair(left: Partial<PreparedFacts>, right: Partial<PreparedFacts>): FoundImages {
  return { left: [found('left', left)], right: [found('right', right)] };
}

const output = (images: FoundImages, model: ActiveModel = MODEL) =>
  screeningOutput({ requestId: 'r' }, { model, runtime: RUNTIME }, images, NOTHING_READ);

describe("a result's fields", () => {
  const fieldsOf = (field: Field | null, seen?: SeenField | null) => {
    const facts = { quality: GRADABLE, detected: null, ...(seen === undefined ? {} : { field: seen }) };
    const left = { ...found('left'), field, facts };
    const { eyes, flags } = output({ left: [left], right: [found('right')] });
    const { field: counts, fieldFrom, fieldSeen } = eyes.left?.images[0] ?? {};
    return [counts, fieldFrom, fieldSeen, flags.includes('field-doubtful')];
  };

  it('are as they were named, and where they were not named, as they show', () => {
    expect(fieldsOf('macula')).toEqual(['macula', 'named', undefined, false]);
    expect(fieldsOf('macula', 'macula')).toEqual(['macula', 'named', 'macula', false]);
    expect(fieldsOf(null, 'disc')).toEqual(['disc', 'seen', 'disc', false]);
    expect(fieldsOf(null, 'macula')).toEqual(['macula', 'seen', 'macula', false]);
  });

  it('are unknown where they were not named and are not sure, or were never looked for', () => {
    expect(fieldsOf(null, null)).toEqual([null, undefined, undefined, false]);
    expect(fieldsOf(null)).toEqual([null, undefined, undefined, false]);
  });

  it('stay as they were named where the photograph shows the other, which is flagged', () => {
    expect(fieldsOf('macula', 'disc')).toEqual(['macula', 'named', 'disc', true]);
    expect(fieldsOf('disc', 'macula')).toEqual(['disc', 'named', 'macula', true]);
    expect(fieldsOf('other', 'disc')).toEqual(['other', 'named', 'disc', false]);
  });
});

describe("a result's laterality", () => {
  it('is kept with the numbers that decided, and flags no eye that is where it belongs', () => {
    const { eyes, flags } = output(pair({ detected: LEFT }, { detected: RIGHT }));
    expect(flags).not.toContain('laterality-suspect');
    expect(eyes.left?.laterality).toEqual({
      ...{ detected: 'left', confidence: 0.99, threshold: 0.9, suspect: false },
    });
    expect(eyes.right?.quality.measurements).toEqual({ sharpness: 3, gradability: 0.7 });
  });

  it.each([
    ['both eyes', RIGHT, LEFT, [true, true]],
    ['the left eye', RIGHT, RIGHT, [true, false]],
    ['the right eye', LEFT, LEFT, [false, true]],
  ])('is suspect for %s when a photograph shows the other', (_, left, right, suspect) => {
    const { eyes, flags } = output(pair({ detected: left }, { detected: right }));
    expect(flags.filter((flag) => flag === 'laterality-suspect')).toHaveLength(1);
    expect([eyes.left?.laterality?.suspect, eyes.right?.laterality?.suspect]).toEqual(suspect);
  });

  it('is suspect for an eye of which any image shows the other, however the primary one looks', () => {
    const second = found('left', { detected: { ...RIGHT, gradable: 0.1 } }, 2);
    const { eyes, flags } = output({ left: [second, found('left', { detected: LEFT })], right: [] });
    expect(eyes.left?.laterality?.suspect).toBe(false);
    expect(flags).toContain('laterality-suspect');
  });

  it.each([
    ['the detector is unsure', pair({ detected: { ...RIGHT, left: 0.2 } }, { detected: RIGHT })],
    ['the bundle has no detector', pair({}, {})],
    ['the eyes are ungradable', pair({ quality: DARK, detected: RIGHT }, { quality: DARK, detected: LEFT })],
  ])('is not suspect where %s', (_, images) => {
    expect(output(images).flags).not.toContain('laterality-suspect');
  });

  it('is left out where no check was made', () => {
    const { eyes } = output(pair({}, {}));
    expect(eyes.left).not.toHaveProperty('laterality');
    expect(eyes.left?.quality.measurements).toEqual({ sharpness: 3 });
  });
});

describe('an answer', () => {
  const trained: ActiveModel = { ...MODEL, trained: true };
  const finding: ScoredFinding = {
    ...{ level: 'left', image: 'images/north/P1/2026-05-01/left.jpg', head: 'odir', label: 'amd' },
    ...{ probability: 0.25, threshold: 0.5 },
  };

  it('names the model that gave it, what was read, and nothing beside', () => {
    const read = { findings: [finding], features: { shard: 'features/m1/s.safetensors', row: 4 } };
    const images = pair({}, { quality: DARK });
    const { screenedAt, ...rest } = screeningOutput(
      { requestId: 'r' },
      { model: trained, runtime: RUNTIME },
      images,
      read,
    );
    expect(new Date(screenedAt).toISOString()).toBe(screenedAt);
    const left = { quality: GRADABLE };
    const right = { quality: DARK };
    const keys = {
      left: 'images/north/P1/2026-05-01/left.jpg',
      right: 'images/north/P1/2026-05-01/right.jpg',
    };
    expect(rest).toEqual({
      ...{ requestId: 'r', model: 'm1', preprocessing: 'squash-bicubic-v1' },
      heads: [{ name: 'odir', id: 'h1' }],
      eyes: {
        left: {
          ...{ image: imageVersion('left', 1), ...left },
          images: [{ image: keys.left, field: 'macula', fieldFrom: 'named', ...left }],
        },
        right: {
          ...{ image: imageVersion('right', 1), ...right },
          images: [{ image: keys.right, field: 'disc', fieldFrom: 'named', ...right }],
        },
      },
      findings: [finding],
      features: { shard: 'features/m1/s.safetensors', row: 4 },
      flags: ['research-use-only'],
      runtime: RUNTIME,
    });
  });

  it.each<[string, FoundImages, string, string]>([
    ['left', { left: [], right: [found('right')] }, 'left-eye-missing', 'right-eye-missing'],
    ['right', { left: [found('left')], right: [] }, 'right-eye-missing', 'left-eye-missing'],
  ])('without an image of the %s eye says that this one is missing', (eye, images, flag, other) => {
    const { eyes, flags } = output(images);
    expect([eyes[eye as Laterality], flags.includes(flag), flags.includes(other)]).toEqual([
      null,
      true,
      false,
    ]);
  });

  it('says that its model is not trained, or has no head that could decide', () => {
    const images = pair({}, {});
    expect(output(images).flags).toEqual(['research-use-only', 'untrained-model']);
    expect(output(images, trained).flags).toEqual(['research-use-only']);
    expect(output(images, { ...trained, heads: [] }).flags).toEqual(['research-use-only', 'features-only']);
  });

  it('says that its precision was forced and is not verified', () => {
    const readOut = { model: trained, runtime: RUNTIME, isPrecisionVerified: false };
    const { flags } = screeningOutput({ requestId: 'r' }, readOut, pair({}, {}), NOTHING_READ);
    expect(flags).toEqual(['research-use-only', 'unverified-precision']);
  });
});

it('flags the image, and the result, whose features lie far from those of training', () => {
  const images = { left: [found('left', {}, 1), found('left', {}, 2)], right: [found('right')] };
  const [key = ''] = images.left.map(({ image }) => image.key);
  const read = { ...NOTHING_READ, unlikeTraining: new Set([key]) };
  const { eyes, flags } = screeningOutput(
    { requestId: 'r' },
    { model: MODEL, runtime: RUNTIME },
    images,
    read,
  );
  const unlike = (eye: Laterality) =>
    eyes[eye]?.images.map((image) => [image.image === key, image.unlikeTraining]);
  expect(new Set(unlike('left')?.map(([isKey, is]) => isKey === (is === true)))).toEqual(new Set([true]));
  expect(unlike('right')).toEqual([[false, undefined]]);
  expect(flags).toContain('unlike-training');
  expect(output(images).flags).not.toContain('unlike-training');
});
