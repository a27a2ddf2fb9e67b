import { describe, expect, it } from 'vitest';
import { pages, textOf } from './documented-commands.ts';

const PARTS = ['Question', 'Choice', 'Weighed', 'Consequences'];
const records = (await pages()).filter((page) => /^docs\/decisions\/(?:\d{4}-|template)/.test(page));
const numbered = records.filter((page) => /\/\d{4}-/.test(page));

describe('records of decisions', () => {
  it.each(records)('have the parts of the template, in its order: %s', async (page) => {
    const parts = [...(await textOf(page)).matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, part]) => part);
    expect(parts.filter((part = '') => PARTS.includes(part))).toEqual(PARTS);
  });

  it('are numbered without a gap, in their names and their titles', async () => {
    const titles = await Promise.all(
      numbered.map(async (page) => /^# (\d+)\. /.exec(await textOf(page))?.[1]),
    );
    expect(titles.map(Number)).toEqual(numbered.map((_, index) => index + 1));
    expect(numbered.map((page) => Number(/\/(\d{4})-/.exec(page)?.[1]))).toEqual(titles.map(Number));
  });

  it('are all listed in the first page', async () => {
    const list = await textOf('docs/decisions/README.md');
    expect(numbered.filter((page) => !list.includes(`(${page.replace('docs/decisions/', '')})`))).toEqual([]);
  });
});
