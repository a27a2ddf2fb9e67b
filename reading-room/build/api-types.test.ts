import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { apiTypes } from './api-types.ts';

it("the pages' types are those of the API's document: npm run build:reading-room writes them", async () => {
  const committed = await readFile(new URL('../api/document.d.ts', import.meta.url), 'utf8');
  expect(await apiTypes()).toBe(committed);
});
