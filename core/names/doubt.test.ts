import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DOUBT_KINDS } from './doubt.ts';

it('every kind of doubt is explained in docs/upload.md, and no other', () => {
  const page = readFileSync(new URL('../../docs/upload.md', import.meta.url), 'utf8');
  const table = /^\| kind \|.*?(?=\n\n)/ms.exec(page)?.[0] ?? '';
  expect([...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, kind]) => kind)).toEqual([...DOUBT_KINDS]);
});
