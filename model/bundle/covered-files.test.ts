import { cp, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleError } from '../errors.ts';
import { FusionSession } from '../runtime/fusion-session.ts';
import { TextSession } from '../runtime/text-session.ts';
import { VisionSession } from '../runtime/vision-session.ts';
import { hashFile } from './file-hash.ts';
import { bundleId, type Manifest } from './manifest.ts';
import { openBundle, verifyHashes } from './open-bundle.ts';

const DEFAULT = fileURLToPath(new URL('../../bundles/default', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'covered-')), 'bundle');
  await cp(DEFAULT, folder, { recursive: true });
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

type Changed = { -readonly [Name in keyof Manifest]: Manifest[Name] };

/** Writes a manifest that its author made consistent: hashes and id fit. */
async function remade(change: (manifest: Changed) => Promise<void> | void): Promise<void> {
  const path = join(folder, 'model.json');
  const manifest: Changed = JSON.parse(await readFile(path, 'utf8'));
  await change(manifest);
  for (const name of Object.keys(manifest.files)) manifest.files[name] = await hashFile(join(folder, name));
  await writeFile(path, JSON.stringify({ ...manifest, id: bundleId(manifest) }));
}

/** Gives a file of the bundle another place, and every listing of it. */
async function moved(manifest: Changed, from: string, to: string): Promise<void> {
  await rename(join(folder, from), join(folder, to));
  const { [from]: listed, ...files } = manifest.files;
  manifest.files = { ...files, ...(listed === undefined ? {} : { [to]: listed }) };
}

const fp32 = (manifest: Changed, vision: string) => {
  manifest.variants = { ...manifest.variants, fp32: { ...manifest.variants.fp32, vision } };
};

describe('a bundle whose id would not cover a file that it loads is refused, though all its hashes fit:', () => {
  it.each<[string, (manifest: Changed) => Promise<void> | void, RegExp]>([
    [
      'a vision graph among the heads',
      async (m) => {
        await moved(m, 'vision.fp32.onnx', 'heads/vision.onnx');
        fp32(m, 'heads/vision.onnx');
      },
      /names "heads\/vision\.onnx"/,
    ],
    [
      'a detector among the policies',
      async (m) => {
        await moved(m, 'detector.onnx', 'policies/d.onnx');
        if (m.detector) m.detector = { ...m.detector, graph: 'policies/d.onnx' };
      },
      /names "policies\/d\.onnx"/,
    ],
    [
      'a vision graph in the place of the reference',
      (m) => fp32(m, 'reference.json'),
      /names "reference\.json"/,
    ],
    [
      'a vision graph that is not listed',
      async (m) => {
        await moved(m, 'vision.fp32.onnx', 'other.onnx');
        const { 'other.onnx': _, ...files } = m.files;
        m.files = files;
        fp32(m, 'other.onnx');
      },
      /names "other\.onnx" but does not list it/,
    ],
    [
      'a vocabulary that is not listed',
      (m) => {
        const { 'vocab.txt': _, ...files } = m.files;
        m.files = files;
      },
      /names "vocab\.txt" but/,
    ],
    [
      'a fusion graph that is not listed',
      (m) => {
        const { 'fusion.onnx': _, ...files } = m.files;
        m.files = files;
      },
      /names "fusion\.onnx" but/,
    ],
    [
      'a head that is not listed',
      (m) => {
        const { 'heads/odir.json': _, ...files } = m.files;
        m.files = files;
      },
      /names "heads\/odir\.json" but/,
    ],
    [
      'a head that is listed and not named',
      (m) => {
        m.heads = m.heads.slice(1);
      },
      /lists "heads\/odir\.json", which is neither/,
    ],
  ])('%s', async (_, change, reason) => {
    await remade(change);
    await expect(openBundle(folder)).rejects.toThrow(reason);
    await expect(openBundle(folder)).rejects.toThrow(BundleError);
  });
});

it('has another id for each of its graphs and for its vocabulary', async () => {
  const before = (await openBundle(folder)).manifest.id;
  for (const name of [
    'vision.fp32.onnx',
    'vision.int8.onnx',
    'text.onnx',
    'fusion.onnx',
    'detector.onnx',
    'vocab.txt',
  ]) {
    const genuine = await readFile(join(folder, name));
    await writeFile(join(folder, name), Buffer.concat([genuine, Buffer.from('x')]));
    await remade(() => undefined);
    expect([name, (await openBundle(folder)).manifest.id]).not.toEqual([name, before]);
    await writeFile(join(folder, name), genuine);
  }
  await remade(() => undefined);
  expect((await openBundle(folder)).manifest.id).toBe(before);
});

it.each<[string, (bundle: Awaited<ReturnType<typeof openBundle>>) => Promise<unknown>]>([
  ['vision.fp32.onnx', (bundle) => VisionSession.load(bundle, { precision: 'fp32', provider: 'cpu' })],
  ['fusion.onnx', (bundle) => FusionSession.load(bundle)],
  ['text.onnx', (bundle) => TextSession.load(bundle, { provider: 'cpu' })],
  ['vocab.txt', (bundle) => TextSession.load(bundle, { provider: 'cpu' })],
])('%s is not loaded once it was changed, though the bundle was never verified', async (name, load) => {
  const file = await readFile(join(folder, name));
  file[file.length - 20] = (file[file.length - 20] ?? 0) ^ 1;
  await writeFile(join(folder, name), file);
  const bundle = await openBundle(folder);
  await expect(load(bundle)).rejects.toThrow(`File "${name}" of bundle`);
  await expect(verifyHashes(bundle)).rejects.toThrow(BundleError);
});

/** Field 7 (graph) › field 5 (initializer) of an ONNX model, with what a tensor says of its place. */
function withTensor(tensor: number[]): Buffer {
  const inner = [0x2a, tensor.length, ...tensor];
  return Buffer.from([0x3a, inner.length, ...inner]);
}

it.each([
  ['says that its weights lie elsewhere', [0x70, 1]],
  ['names another file', [0x6a, 4, 0x0a, 2, 0x61, 0x62]],
])('a graph that %s is not loaded', async (_, tensor) => {
  const graph = await readFile(join(folder, 'fusion.onnx'));
  await writeFile(join(folder, 'fusion.onnx'), Buffer.concat([graph, withTensor(tensor)]));
  await remade(() => undefined);
  const loading = openBundle(folder).then((bundle) => FusionSession.load(bundle));
  await expect(loading).rejects.toThrow(/"[^"]*fusion\.onnx" has weights in another file/);
  await expect(loading).rejects.toThrow(BundleError);
});
