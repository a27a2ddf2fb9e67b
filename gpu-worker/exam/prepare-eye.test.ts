import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { ObjectNotFoundError } from '../../core/errors.ts';
import type { RequestedImage } from '../../core/exams/exam-image.ts';
import { EXAM, requestedPair } from '../../core/testing/records.ts';
import { WorkerError } from '../errors.ts';
import { StageRates } from '../metrics/stage-rates.ts';
import { prepareEye } from './prepare-eye.ts';

const LEFT = Buffer.from('the photograph of the left eye');
const RIGHT = Buffer.from('the photograph of the right eye');
/** `printf 'the photograph of the left eye' | sha256sum` */
const LEFT_SHA256 = '3c1e71b1999812bab155d6d519b50deec5e4764a88d7ab3b6e786cd349955669';

/** A store of two objects of the same key and length: one for each version. */
function parts(versions: Readonly<Record<string, Uint8Array>>) {
  const asked: (string | undefined)[] = [];
  const decoded: string[] = [];
  const store = {
    get: async (key: string, options: { readonly versionId?: string }) => {
      asked.push(options.versionId);
      const content = versions[options.versionId ?? 'newest'];
      if (content === undefined) throw new ObjectNotFoundError(`Object "${key}" does not exist.`);
      return { content };
    },
  };
  const pool = {
    prepare: async (content: Uint8Array) => {
      decoded.push(Buffer.from(content).toString());
      const quality = { gradable: true as const, reason: null, measurements: {} };
      return { pixels: Uint8Array.of(content.length), quality, milliseconds: 1, refusal: null };
    },
  };
  const preparation = { store, pool, rates: new StageRates(), images: pLimit(1) };
  return { preparation: preparation as never, asked, decoded };
}

function named(sha256: string): RequestedImage {
  const [left] = requestedPair(1);
  if (left === undefined) throw new Error('Expected a left eye.');
  return { ...left, versionId: 'v1', sha256 };
}

describe('a photograph that a request names', () => {
  it('is the version that it names, not the newest', async () => {
    const { preparation, asked, decoded } = parts({ v1: LEFT, newest: RIGHT });
    const eye = await prepareEye(preparation, EXAM, named(LEFT_SHA256));
    expect(asked).toEqual(['v1']);
    expect(decoded).toEqual(['the photograph of the left eye']);
    expect(eye.pixels).toEqual(Uint8Array.of(30));
  });

  it('is never decoded when its bytes are not the ones that the request has named', async () => {
    const { preparation, decoded } = parts({ v1: Buffer.from('the photograph of the LEFT eye') });
    const screened = prepareEye(preparation, EXAM, named(LEFT_SHA256));
    await expect(screened).rejects.toThrow(WorkerError);
    await expect(screened).rejects.toThrow(LEFT_SHA256);
    expect(decoded).toEqual([]);
  });

  it('is ungradable when it has been deleted', async () => {
    const { preparation } = parts({ newest: RIGHT });
    const { quality, pixels } = await prepareEye(preparation, EXAM, named(LEFT_SHA256));
    expect(quality).toEqual({ gradable: false, reason: 'image-deleted', measurements: {} });
    expect(pixels).toBeNull();
  });

  it('is tried again when the store fails', async () => {
    const broken = { get: () => Promise.reject(new Error('no connection')) };
    const { preparation } = parts({});
    const eye = prepareEye({ ...(preparation as object), store: broken } as never, EXAM, named(LEFT_SHA256));
    await expect(eye).rejects.toThrow('no connection');
  });
});
