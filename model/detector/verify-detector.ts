import type { Bundle } from '../bundle/open-bundle.ts';
import { BundleError } from '../errors.ts';
import { DetectorSession } from '../runtime/detector-session.ts';
import { PATTERN_SQUARES, testPattern } from './test-pattern.ts';

/** Largest difference of a logit from the one that training computed. */
export const LARGEST_DIFFERENCE = 1e-3;

/**
 * Proves a bundle's detector: it loads and computes of the test pattern what it did in training. Where the pattern's
 * squares are no whole pixels, it cannot be shown unchanged, and the numbers must only be finite.
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
