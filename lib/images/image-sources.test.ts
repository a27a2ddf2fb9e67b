import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readImports } from '../../test/architecture/imports.ts';
import { PROJECT_ROOT } from '../project-root.ts';
import * as images from './image-sources.ts';

const read = (file: string): string => readFileSync(join(PROJECT_ROOT, file), 'utf8');
const ignored = read('.dockerignore').split('\n');

/** What each image runs, by the folder of its Dockerfile. The training is Python. */
const ENTRIES = {
  'gpu-worker': 'gpu-worker/main.ts',
  'rescore-worker': 'rescore-worker/main.ts',
  'functions/prepare': 'functions/prepare/index.ts',
  'functions/screen': 'functions/screen/index.ts',
  'functions/search': 'functions/search/index.ts',
};
const imports = readImports(PROJECT_ROOT);

/** Threads and child processes that a file starts. */
function startedBy(file: string): string[] {
  return [...read(file).matchAll(/new URL\('(\.[^']+\.ts)'/g)].map(([, path = '']) =>
    join(dirname(file), path),
  );
}

/** Rooms of all that a program may load. In the cloud it never opens the home on one machine. */
function roomsOf(entry: string): Set<string> {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file) || file === 'local/home.ts') continue;
    reached.add(file);
    waiting.push(...(imports.get(file) ?? []), ...startedBy(file));
  }
  return new Set([...reached].map((file) => file.split('/')[0] ?? ''));
}

it.each(Object.entries(ENTRIES))(
  'the image of %s has what %s loads, and no other folder',
  (folder, entry) => {
    const image = Object.values(images).find((one) => one.folder === folder);
    const folders = (image?.sources ?? []).filter((source) => !/\./.test(source));
    expect([...roomsOf(entry)].toSorted()).toEqual(folders.toSorted());
  },
);

it('pictures are decoded in one image alone: the others have no decoder', () => {
  const withPackages = Object.values(images).filter(({ folder }) =>
    read(`${folder}/Dockerfile`).includes('npm ci'),
  );
  const removing = withPackages.filter(({ folder }) =>
    ['node_modules/sharp', 'node_modules/@img'].every((path) =>
      new RegExp(`rm -rf [^&]*${path}(?:\\s|$)`, 'm').test(read(`${folder}/Dockerfile`)),
    ),
  );
  const decoding = withPackages.filter((image) => !removing.includes(image));
  expect(decoding.map(({ folder }) => folder)).toEqual(['functions/prepare']);
  expect(withPackages).toHaveLength(5);
});

describe.each(Object.values(images).map((image) => [image.folder, image.sources] as const))(
  'the image of %s',
  (folder, sources) => {
    it('is built from what its Dockerfile copies', () => {
      const copied = [...read(`${folder}/Dockerfile`).matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
        ([, names = '']) => names.split(' ').filter((name) => !name.startsWith('--')),
      );
      expect(copied.length).toBeGreaterThan(0);
      for (const name of copied) {
        expect(
          sources.some((source) => name === source || name.startsWith(`${source}/`)),
          name,
        ).toBe(true);
      }
    });

    it('gets its sources from a docker build in the checkout as well', () => {
      for (const source of sources) expect(ignored).toContain(`!${source}`);
    });
  },
);
