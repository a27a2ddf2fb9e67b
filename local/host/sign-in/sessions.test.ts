import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  addReader,
  changePassphrase,
  type LocalReader,
  listReaders,
  removeReader,
} from '../../readers/reader-tokens.ts';
import { Sessions } from './sessions.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
let folder: string;
let anna: LocalReader;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sessions-'));
  await addReader(folder, { name: 'anna', programs: ['north'], scopes: ['review'] }, new Date());
  const [added] = await listReaders(folder);
  if (added === undefined) throw new Error('No reader.');
  anna = added;
});
afterAll(() => rm(folder, { recursive: true }));

function opened() {
  const now = { elapsed: 0, timeOfDay: Date.parse('2026-05-01T10:00:00Z') };
  const sessions = new Sessions(folder, undefined, {
    elapsed: () => now.elapsed,
    timeOfDay: () => now.timeOfDay,
  });
  const pass = (milliseconds: number) => {
    now.elapsed += milliseconds;
    now.timeOfDay += milliseconds;
  };
  return { sessions, now, pass, nameOf: (id: string) => sessions.use(id)?.name ?? null };
}

it('a session ends half an hour after its last call, and twelve hours after sign-in', () => {
  const { sessions, pass, nameOf } = opened();
  const id = sessions.begin(anna);
  pass(29 * MINUTE);
  expect(nameOf(id)).toBe('anna');
  pass(29 * MINUTE);
  expect(nameOf(id)).toBe('anna');
  pass(30 * MINUTE);
  expect(nameOf(id)).toBeNull();
  const busy = sessions.begin(anna);
  for (let passed = 0; passed < 12 * HOUR - 20 * MINUTE; passed += 20 * MINUTE) {
    expect(nameOf(busy)).toBe('anna');
    pass(20 * MINUTE);
  }
  pass(20 * MINUTE);
  expect(nameOf(busy)).toBeNull();
});

it('a clock that is set back draws no session out, and a night of sleep ends it', () => {
  const { sessions, now, pass, nameOf } = opened();
  const id = sessions.begin(anna);
  now.timeOfDay -= 10 * 365 * 24 * HOUR;
  pass(31 * MINUTE);
  expect(nameOf(id)).toBeNull();
  const slept = sessions.begin(anna);
  now.timeOfDay += 8 * HOUR;
  expect(nameOf(slept)).toBeNull();
});

it('sessions of one reader are at most eight: the oldest ends', () => {
  const { sessions, nameOf } = opened();
  const ids = Array.from({ length: 9 }, () => sessions.begin(anna));
  expect(new Set(ids).size).toBe(9);
  expect(ids.map(nameOf)).toEqual([null, ...Array.from({ length: 8 }, () => 'anna')]);
});

it('nothing but a session that was begun is one', () => {
  const { sessions, nameOf } = opened();
  const id = sessions.begin(anna);
  expect([nameOf(''), nameOf(`${id}x`), nameOf(anna.file)]).toEqual([null, null, null]);
  expect(sessions.end(id)).toBe(true);
  expect(nameOf(id)).toBeNull();
});

it('another passphrase, and the removal of a reader, end the sessions at the next call', async () => {
  const { sessions, nameOf } = opened();
  await addReader(folder, { name: 'ben', programs: '*', scopes: ['read'] }, new Date());
  const ben = async () => {
    const found = (await listReaders(folder)).find(({ name }) => name === 'ben');
    if (found === undefined) throw new Error('No ben.');
    return found;
  };
  const before = sessions.begin(await ben());
  await changePassphrase(folder, 'ben');
  expect(nameOf(before)).toBeNull();
  const after = sessions.begin(await ben());
  expect(nameOf(after)).toBe('ben');
  await removeReader(folder, 'ben');
  await addReader(folder, { name: 'ben', programs: '*', scopes: ['read'] }, new Date());
  expect(nameOf(after)).toBeNull();
});
