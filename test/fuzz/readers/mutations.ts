import { mutateBytes } from '../mutate-bytes.ts';
import { mutateJson } from '../mutate-json.ts';
import { mutateText } from '../mutate-text.ts';
import type { Mutate } from '../reader.ts';

/** Of a text: mostly at its signs, sometimes at its bytes, so that its encoding breaks. */
export const textual: Mutate = (seed, random, others) =>
  random.onceIn(4) ? mutateBytes(seed, random, others) : Buffer.from(mutateText(seed.toString(), random));

/** Of a JSON document: mostly of what it says, sometimes of its text. */
export const structured: Mutate = (seed, random, others) =>
  random.onceIn(5) ? textual(seed, random, others) : Buffer.from(mutateJson(seed.toString(), random));

/** Inputs from texts. */
export const texts =
  (...seeds: readonly string[]) =>
  async (): Promise<readonly Buffer[]> =>
    seeds.map((seed) => Buffer.from(seed));

/** Inputs from documents. */
export const documents =
  (...seeds: readonly unknown[]) =>
  async (): Promise<readonly Buffer[]> =>
    seeds.map((seed) => Buffer.from(JSON.stringify(seed)));
