import { join } from 'node:path';
import satisfies from 'spdx-satisfies';
import { build } from 'vite';
import { beforeAll, expect, it } from 'vitest';
import { PROJECT } from './inventory.ts';
import { ALLOWED_LICENCES } from './licence-policy.ts';

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly identifier: string | null;
  readonly text?: string;
}

/** What the browser is asked to fetch for any page, compressed. */
const MOST_COMPRESSED_BYTES = 250_000;

let bundled: readonly Bundled[];
let scripts: readonly string[];

beforeAll(async () => {
  const made = await build({
    root: join(PROJECT, 'reading-room'),
    logLevel: 'silent',
    build: { write: false, license: { fileName: 'licences.json' } },
  });
  const output = [made].flat().flatMap((one) => ('output' in one ? one.output : []));
  const list = output.find(({ fileName }) => fileName === 'licences.json');
  bundled = JSON.parse(list?.type === 'asset' ? String(list.source) : '[]');
  scripts = output.flatMap((file) => (file.type === 'chunk' ? [file.code] : []));
});

it("every package in the pages' script has a licence that may ship, and its text goes with it", () => {
  const names = bundled.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['openseadragon', 'react', 'react-dom', 'use-intl']));
  expect(names.filter((name) => /vite|axe|playwright/.test(name))).toEqual([]);
  const refused = bundled.filter(
    ({ identifier }) => identifier === null || !satisfies(identifier, ALLOWED_LICENCES),
  );
  expect(refused.map(({ name, identifier }) => `${name} ${identifier}`)).toEqual([]);
  // The Unlicense asks for nothing, and wouter brings no text of it.
  const textless = bundled.filter(({ text }) => text === undefined);
  expect(textless.map(({ name, identifier }) => `${name} ${identifier}`)).toEqual(['wouter Unlicense']);
});

it('the script is small enough for a slow machine', async () => {
  const { gzipSync } = await import('node:zlib');
  const bytes = scripts.reduce((sum, code) => sum + gzipSync(code).byteLength, 0);
  console.log(`the pages' script: ${bytes} bytes compressed`);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(MOST_COMPRESSED_BYTES);
});
