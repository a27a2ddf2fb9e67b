import { move } from 'piscina';
import { configureDecoder } from '../../model/preprocessing/index.ts';
import { type PreparedImage, prepareImage } from './index.ts';

/** What a thread is asked to prepare. */
export interface PreparationTask {
  readonly bytes: Uint8Array;
  /** Side of the model's input, in pixels. */
  readonly size: number;
}

/** A prepared photograph and how long that took, without the wait for a thread. */
export interface TimedImage extends PreparedImage {
  readonly milliseconds: number;
}

configureDecoder();

/** Runs in a thread of the pool. The pixels travel back without a copy. */
export default async function prepare({ bytes, size }: PreparationTask): Promise<TimedImage> {
  const began = performance.now();
  const prepared = await prepareImage(bytes, size);
  if (prepared.pixels !== null) move(prepared.pixels.buffer as ArrayBuffer);
  return { ...prepared, milliseconds: performance.now() - began };
}
