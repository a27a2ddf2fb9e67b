import type { Laterality } from '../../core/exams/laterality.ts';
import { generatePatient } from '../../phantoms/index.ts';

/** What a photograph does to the process that opens it. `poison` kills the worker that reads its pixels; see `SimulatedSystem`. */
export type PhotographKind = 'good' | 'poison' | 'scan bomb' | 'broken';

const SIZE = 384;
/** Of these phantoms the gate takes both eyes. */
const PATIENTS = [0, 2, 3];
const START_OF_IMAGE = 2;

/** A JPEG with a comment behind its first marker: the same picture in other bytes. */
function withComment(jpeg: Uint8Array, comment: string): Buffer {
  const text = Buffer.from(comment);
  const head = Buffer.from([0xff, 0xfe, (text.length + 2) >> 8, (text.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, START_OF_IMAGE), head, text, jpeg.subarray(START_OF_IMAGE)]);
}

/** A progressive JPEG of so many scans that say nothing: each costs its reader a pass over all pixels. */
function scanBomb(jpeg: Uint8Array, scans: number): Buffer {
  const end = jpeg.length - 2;
  // One component, no new coefficients: a refinement scan that is empty.
  const scan = Buffer.from([0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00]);
  return Buffer.concat([jpeg.subarray(0, end), ...Array<Buffer>(scans).fill(scan), jpeg.subarray(end)]);
}

/** Photographs of phantoms, each of which is made of its own bytes, whatever it shows. */
export class Photographs {
  readonly #eyes: readonly Readonly<Record<Laterality, Buffer>>[];
  #made = 0;

  private constructor(eyes: readonly Readonly<Record<Laterality, Buffer>>[]) {
    this.#eyes = eyes;
  }

  static async draw(): Promise<Photographs> {
    const eyes = PATIENTS.map(async (index) => {
      const { left, right } = await generatePatient({ seed: 'faults', index, size: SIZE, defects: {} });
      if (left === null || right === null) throw new Error('Expected a phantom with two eyes.');
      return { left: left.jpeg, right: right.jpeg };
    });
    return new Photographs(await Promise.all(eyes));
  }

  /** A photograph that was never made before. */
  next(laterality: Laterality, kind: PhotographKind): Buffer {
    this.#made += 1;
    const { [laterality]: jpeg } = this.#eyes[this.#made % PATIENTS.length] ?? {};
    if (jpeg === undefined) throw new Error('Expected a drawn phantom.');
    const named = withComment(jpeg, `photograph ${this.#made}`);
    if (kind === 'broken') return named.subarray(0, Math.floor(named.length / 3));
    return kind === 'scan bomb' ? scanBomb(named, 5_000) : named;
  }
}
