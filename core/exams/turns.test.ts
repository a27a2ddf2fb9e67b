import { expect, it } from 'vitest';
import { imageVersion, MODEL } from '../testing/records.ts';
import type { Laterality } from './laterality.ts';
import type { Detection } from './prepared-facts.ts';
import type { FoundImage } from './primary-image.ts';
import { NOTHING_READ, screeningOutput } from './screening-output.ts';

const RUNTIME = { runtime: 'test', provider: 'cpu', precision: 'fp32' };
const LEFT: Detection = { left: 0.99, gradable: 0.8, threshold: 0.9 };
const RIGHT: Detection = { left: 0.02, gradable: 0.7, threshold: 0.9 };
const UNSURE: Detection = { left: 0.8, gradable: 0.7, threshold: 0.9 };

type Seen = readonly [detected: Detection, turned: boolean | null];

function found(eye: Laterality, [detected, turned]: Seen, version = 1): FoundImage {
  const quality = { gradable: true, reason: null, measurements: {} } as const;
  return { image: imageVersion(eye, version), field: null, facts: { quality, detected, turned } };
}

/** Which eyes are suspect, and whether the result is flagged. */
function suspects(left: readonly Seen[], right: readonly Seen[]) {
  const imagesOf = (eye: Laterality, seen: readonly Seen[]) =>
    seen.map((one, index) => found(eye, one, index + 1));
  const images = { left: imagesOf('left', left), right: imagesOf('right', right) };
  const { eyes, flags } = screeningOutput(
    { requestId: 'r' },
    { model: MODEL, runtime: RUNTIME },
    images,
    NOTHING_READ,
  );
  const both = [eyes.left, eyes.right].map((eye) => eye?.laterality?.suspect ?? null);
  return [...both, flags.includes('laterality-suspect')];
}

it('eyes that look like the other one are no swap if both were turned by half', () => {
  expect(suspects([[RIGHT, true]], [[LEFT, true]])).toEqual([false, false, false]);
});

it('eyes that look like the other one are no swap if one was turned by half and the other may be', () => {
  expect(suspects([[RIGHT, true]], [[LEFT, null]])).toEqual([false, false, false]);
  expect(suspects([[RIGHT, null]], [[LEFT, true]])).toEqual([false, false, false]);
});

it('an eye that looks like the other one is suspect beside one that was turned if a photograph is upright', () => {
  expect(
    suspects(
      [[RIGHT, null]],
      [
        [LEFT, true],
        [LEFT, false],
      ],
    ),
  ).toEqual([true, true, true]);
});

it('eyes that look like the other one, and are upright, are suspect', () => {
  expect(suspects([[RIGHT, false]], [[LEFT, null]])).toEqual([true, true, true]);
});

it('eyes that look as they are named are swapped if both were turned by half', () => {
  expect(suspects([[LEFT, true]], [[RIGHT, true]])).toEqual([true, true, true]);
});

it.each<[string, readonly Seen[], readonly Seen[]]>([
  ['one alone was turned', [[LEFT, true]], [[RIGHT, null]]],
  [
    'another photograph is upright',
    [
      [LEFT, true],
      [LEFT, false],
    ],
    [[RIGHT, true]],
  ],
  ['the detector is not sure of one', [[LEFT, true]], [[UNSURE, true]]],
  ['there is no other eye', [[LEFT, true]], []],
])('eyes that look as they are named are as they are named where %s', (_, left, right) => {
  const [leftSuspect, , flagged] = suspects(left, right);
  expect([leftSuspect, flagged]).toEqual([false, false]);
});
