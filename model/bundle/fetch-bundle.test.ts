import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../../core/activation/active-model.ts';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { loadBundle } from '../../screening/load-bundle.ts';
import { BundleError } from '../errors.ts';
import { fetchBundle } from './fetch-bundle.ts';
import { activeModelOfBundle, openBundle } from './index.ts';

let directory: string;
let home: LocalHome;
let id: string;
let files: readonly string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fetch-bundle-'));
  home = await openLocalHome(join(directory, 'data'));
  const bundle = await openBundle(DEFAULT_BUNDLE);
  id = bundle.manifest.id;
  files = ['model.json', ...Object.keys(bundle.manifest.files)];
  for (const name of files) {
    await home.objects.put(bundleFileKey(id, name), await readFile(join(DEFAULT_BUNDLE, name)));
  }
  await home.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(activeModelOfBundle(bundle))));
});
afterEach(async () => {
  await home.close();
  await rm(directory, { recursive: true });
});

const cache = () => join(directory, 'cache');

describe('the active bundle', () => {
  it('is fetched without its text tower, and then found in the cache', async () => {
    const bundle = await loadBundle(home.objects, undefined, cache());
    expect(activeModelOfBundle(bundle).model).toBe(id);
    const fetched = await readdir(join(cache(), id));
    expect(fetched).toContain('vision.fp32.onnx');
    expect(fetched).not.toContain('text.onnx');
    for (const name of files) await home.objects.delete(bundleFileKey(id, name));
    expect((await loadBundle(home.objects, undefined, cache())).manifest.id).toBe(id);
  });

  it.each([
    ['vision.fp32.onnx', 'cut', (content: Buffer) => content.subarray(1)],
    ['vision.fp32.onnx', 'changed', (content: Buffer) => content.fill(1, 0, 8)],
    ['heads/odir.json', 'changed', (content: Buffer) => content.fill(1, 0, 8)],
  ])('is fetched again if the cached %s is %s', async (name, _, damage) => {
    await fetchBundle(home.objects, id, cache());
    const file = join(cache(), id, name);
    const sound = await readFile(file);
    await writeFile(file, damage(Buffer.from(sound)));
    await fetchBundle(home.objects, id, cache());
    expect(sound.equals(await readFile(file))).toBe(true);
  });

  it('is refused if a file in the store is not the one that the manifest names', async () => {
    await home.objects.put(bundleFileKey(id, 'fusion.onnx'), Buffer.from('another'));
    await expect(fetchBundle(home.objects, id, cache())).rejects.toThrow(/fusion\.onnx/);
    await expect(readdir(join(cache(), id))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['a byte of its second part', 'vision.fp32.onnx', 9 * 1024 * 1024],
    ['its first byte', 'fusion.onnx', 0],
  ])('is refused by the SHA-256 of a whole file of which %s was changed', async (_, name, at) => {
    const content = await readFile(join(DEFAULT_BUNDLE, name));
    const whole = createHash('sha256').update(content).digest('hex');
    content[at] = (content[at] ?? 0) ^ 1;
    const changed = createHash('sha256').update(content).digest('hex');
    await home.objects.put(bundleFileKey(id, name), content);
    const get = vi.spyOn(home.objects, 'get');
    const fetched = fetchBundle(home.objects, id, cache());
    await expect(fetched).rejects.toThrow(BundleError);
    await expect(fetched).rejects.toThrow(`has SHA-256 ${changed} instead of ${whole}`);
    await expect(fetched).rejects.toThrow(`File "${name}"`);
    const ranges = get.mock.calls.filter(([key]) => key.endsWith(`/${name}`));
    expect(ranges).toHaveLength(Math.ceil(content.length / (8 * 1024 * 1024)));
    // Nothing of it stays that could be taken for a bundle.
    expect(await readdir(cache())).toEqual([]);
  });

  it('is refused if its manifest was changed, though every file is as the changed manifest says', async () => {
    const manifest = JSON.parse(await readFile(join(DEFAULT_BUNDLE, 'model.json'), 'utf8'));
    const vocabulary = Buffer.from('another vocabulary');
    const sha256 = createHash('sha256').update(vocabulary).digest('hex');
    manifest.files['vocab.txt'] = { bytes: vocabulary.length, sha256 };
    await home.objects.put(bundleFileKey(id, 'vocab.txt'), vocabulary);
    await home.objects.put(bundleFileKey(id, 'model.json'), Buffer.from(JSON.stringify(manifest)));
    await expect(fetchBundle(home.objects, id, cache(), {})).rejects.toThrow(
      /it was changed after it was made/,
    );
    expect(await readdir(cache())).toEqual([]);
  });

  it('is refused if it lies under the id of another', async () => {
    const manifest = await readFile(join(DEFAULT_BUNDLE, 'model.json'));
    // As long as an id, and alike but for its first digit.
    for (const other of ['other', `${id.startsWith('0') ? '1' : '0'}${id.slice(1)}`]) {
      await home.objects.put(bundleFileKey(other, 'model.json'), manifest);
      await expect(fetchBundle(home.objects, other, cache())).rejects.toThrow(id);
    }
  });

  it('must be what is active, pre-processing as well; heads may have been promoted since', async () => {
    const own = activeModelOfBundle(await openBundle(DEFAULT_BUNDLE));
    const activate = (model: ActiveModel) =>
      home.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)));
    await activate({ ...own, preprocessing: 'other' });
    await expect(loadBundle(home.objects, undefined, cache())).rejects.toThrow(/Write .* again/);
    await activate({ ...own, heads: [] });
    expect((await loadBundle(home.objects, undefined, cache())).manifest.id).toBe(own.model);
  });

  it('must be set', async () => {
    await home.objects.delete(ACTIVE_MODEL_KEY);
    await expect(loadBundle(home.objects, undefined, cache())).rejects.toThrow(ACTIVE_MODEL_KEY);
  });
});
