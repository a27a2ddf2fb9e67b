import type { DetectorSession } from '../../model/runtime/detector-session.ts';
import type { Detection } from './inference-messages.ts';

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));

/**
 * Looks at every place of a batch, the empty ones too: a graph that always gets the same shape is fastest on a GPU.
 *
 * @param pixels uint8 [places, size, size, 3]
 * @returns what is seen at each place
 */
export async function detect(
  detector: Pick<DetectorSession, 'run'>,
  pixels: Uint8Array,
): Promise<readonly Detection[]> {
  const logits = await detector.run(pixels);
  return Array.from({ length: logits.length / 2 }, (_, place) => ({
    left: sigmoid(logits[place * 2] ?? 0),
    gradable: sigmoid(logits[place * 2 + 1] ?? 0),
  }));
}
