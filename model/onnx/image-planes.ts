import type { Layers } from './layers.ts';
import { normalisation } from './normalisation.ts';
import { float32Bytes } from './weight-encoding.ts';

const CHANNELS = [0, 1, 2];

/**
 * Factors of the colour channels that `imagePlanes` leaves to the first convolution. The mean cannot be left to it as
 * well: its padding stands for pixels of the mean's colour.
 */
export const COLOUR_FACTORS: readonly number[] = CHANNELS.map((channel) => normalisation(channel).factor);

/**
 * Turns pictures into planes of bytes less the mean's colour.
 *
 * @param pixels uint8 [batch, size, size, 3]
 * @returns [batch, 3, size, size]
 */
export function imagePlanes(layers: Layers, pixels: string): string {
  const { graph } = layers;
  // Bytes are moved, not floats: a quarter of the traffic.
  const planes = graph.node('Transpose', [pixels], { attributes: { perm: [0, 3, 1, 2] } });
  const floats = graph.node('Cast', [planes], { attributes: { to: 1 } });
  const offsets = CHANNELS.map((channel) => normalisation(channel).offset / normalisation(channel).factor);
  const offset = graph.initializer('normalise.offset', 'float32', [1, 3, 1, 1], async () =>
    float32Bytes(Float32Array.from(offsets)),
  );
  const centred = graph.node('Add', [floats, offset]);
  return layers.precision === 'fp16' ? graph.node('Cast', [centred], { attributes: { to: 10 } }) : centred;
}
