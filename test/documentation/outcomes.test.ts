import { expect, it } from 'vitest';
import { OUTCOMES } from '../../core/exams/outcome.ts';
import { outcomePolicySchema } from '../../core/policies/index.ts';
import { textOf } from './documented-commands.ts';

it('the page of outcomes has a row for each outcome and for nothing else', async () => {
  const page = await textOf('docs/outcomes.md');
  const [table = ''] = /^\| outcome \|[\s\S]*?\n\n/m.exec(page) ?? [];
  const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(OUTCOMES.toSorted());
});

it('the page of outcomes names each part of a policy', async () => {
  const page = await textOf('docs/outcomes.md');
  expect(Object.keys(outcomePolicySchema.shape).filter((part) => !page.includes(`"${part}"`))).toEqual([]);
});
