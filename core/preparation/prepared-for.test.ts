import { afterEach, beforeEach, expect, it } from 'vitest';
import { ConfigurationError } from '../errors.ts';
import { MODEL } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { preparedForModel } from './prepared-for.ts';

let temporary: Awaited<ReturnType<typeof temporaryHome>>;
beforeEach(async () => {
  temporary = await temporaryHome();
});
afterEach(() => temporary[Symbol.asyncDispose]());

const { input: _, ...FORMER } = MODEL;

function storeManifest(manifest: unknown) {
  return temporary.home.objects.put('models/m1/model.json', Buffer.from(JSON.stringify(manifest)));
}

it('is what the active model says', async () => {
  const input = { imageSize: 112, detector: 'a'.repeat(64) };
  expect(await preparedForModel(temporary.home.objects, { ...MODEL, input })).toEqual({
    ...input,
    preprocessing: 'squash-bicubic-v1',
  });
});

it('is what the bundle says, of a model that a former release made active', async () => {
  const files = { 'detector.onnx': { bytes: 7, sha256: 'b'.repeat(64) } };
  const geometry = { vision: { imageSize: 336 } };
  await storeManifest({ geometry, files, detector: { graph: 'detector.onnx' } });
  expect(await preparedForModel(temporary.home.objects, FORMER)).toEqual({
    ...{ imageSize: 336, detector: 'b'.repeat(64), preprocessing: 'squash-bicubic-v1' },
  });
  await storeManifest({ geometry, files: {} });
  expect((await preparedForModel(temporary.home.objects, FORMER)).detector).toBeNull();
});

it('is unknown where neither says it, and what to do is told', async () => {
  const unknown = preparedForModel(temporary.home.objects, FORMER);
  await expect(unknown).rejects.toThrow(ConfigurationError);
  await expect(unknown).rejects.toThrow('retclip model activate');
});
