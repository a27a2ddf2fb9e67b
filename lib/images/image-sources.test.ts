import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../project-root.ts';
import * as images from './image-sources.ts';

const read = (file: string): string => readFileSync(join(PROJECT_ROOT, file), 'utf8');
const ignored = read('.dockerignore').split('\n');

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
