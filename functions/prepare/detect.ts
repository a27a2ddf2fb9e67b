import type { Detection } from '../../core/exams/prepared-facts.ts';
import { sigmoid } from '../../core/heads/probabilities.ts';
import type { DetectorSession } from '../../model/runtime/detector-session.ts';

/**
 * Looks at one image as it is, whatever its label says.
 *
 * @param pixels uint8 [1, size, size, 3]
 * @param threshold least confidence with which a label may be contradicted: 0.5 to 1
 */
export async function detect(
  detector: Pick<DetectorSession, 'run'>,
  pixels: Uint8Array,
  threshold: number,
): Promise<Detection> {
  const [left = 0, gradable = 0] = await detector.run(pixels);
  return { left: sigmoid(left), gradable: sigmoid(gradable), threshold };
}
