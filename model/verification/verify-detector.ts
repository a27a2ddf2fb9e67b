import type { Bundle } from '../bundle/open-bundle.ts';
import { BundleError } from '../errors.ts';
import { DetectorSession } from '../runtime/detector-session.ts';

/** Squares along each side: at a size that is a multiple of it, shrinking by area means does not change the picture. */
const PATTERN_SQUARES = 16;

/**
 * A picture of coloured squares that any language makes alike, to compare what a detector computes from it:
 * uint8 [size, size, 3].
 *
 * @param size side in pixels, a multiple of 16 for exactly the same picture
 */
export function testPattern(size: number): Uint8Array {
  const side = size / PATTERN_SQUARES;
  return Uint8Array.from({ length: size * size * 3 }, (_, index) => {
    const pixel = Math.floor(index / 3);
    const x = Math.floor((pixel % size) / side);
    const y = Math.floor(Math.floor(pixel / size) / side);
    return (x * (13 + 8 * (index % 3)) + y * 29 + x * y * 3) % 256;
  });
}

/** Largest difference of a logit from the one that training computed. */
export const LARGEST_DIFFERENCE = 1e-3;

/**
 * Proves that a bundle's detector loads and computes from the test pattern what it computed in training. Where a square
 * does not cover whole pixels, the pattern itself changes, and the numbers must only be finite.
 *
 * @throws BundleError with the figures
 */
export async function verifyDetector(bundle: Bundle): Promise<void> {
  const { detector, geometry } = bundle.manifest;
  const session = await DetectorSession.load(bundle, { provider: 'cpu' });
  if (session === null || detector === undefined) return;
  try {
    const size = geometry.vision.imageSize;
    const logits = await session.run(testPattern(size));
    const expected = size % PATTERN_SQUARES === 0 ? detector.reference.logits : logits;
    const difference = Math.max(
      ...[...logits].map((logit, output) => Math.abs(logit - (expected[output] ?? 0))),
    );
    if (!(difference <= LARGEST_DIFFERENCE)) {
      throw new BundleError(
        `The detector of bundle "${bundle.directory}" gives the logits ${logits} of its test pattern instead of ${expected}. Do not screen with it: import the checkpoint again.`,
      );
    }
  } finally {
    await session.release();
  }
}
