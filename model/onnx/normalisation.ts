import { PREPROCESSING } from '../preprocessing/contract.ts';

const WHITE = 255;

/** The factor and the offset by which a channel's byte becomes the network's input. */
export function normalisation(channel: number): { readonly factor: number; readonly offset: number } {
  const mean = PREPROCESSING.mean[channel] ?? 0;
  const deviation = PREPROCESSING.standardDeviation[channel] ?? 1;
  return { factor: 1 / (WHITE * deviation), offset: -mean / deviation };
}
