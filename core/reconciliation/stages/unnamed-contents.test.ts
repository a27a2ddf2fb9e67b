import { expect, it } from 'vitest';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { Sweep } from '../sweep.ts';
import { unnamedContents } from './unnamed-contents.ts';

const DAY = 24 * 3_600_000;
const NOW = new Date('2026-05-31T00:00:00.000Z');

/** Contents that no object names, each so many milliseconds old; what it removes is gone from its list. */
async function stepped(ages: readonly number[], isDry = false) {
  await using temporary = await temporaryHome();
  const left = new Map(ages.map((age, index) => [`content ${index}`, new Date(NOW.getTime() - age)]));
  const unnamed = {
    async *list() {
      for (const [sha256, since] of [...left]) yield { sha256, since };
    },
    remove: async (sha256: string) => left.delete(sha256),
  };
  const sweep = new Sweep({
    ...{ home: { ...temporary.home, unnamed }, program: null, now: NOW, isDry, waiting: {} },
    ...{ answersNow: 0, findings: {}, looked: 0 },
  });
  const rounds: (number | undefined)[] = [];
  let place: { round: number } | null = unnamedContents.begin;
  while (place !== null) {
    place = await unnamedContents.step(sweep, place);
    rounds.push(place?.round);
    expect(rounds.length).toBeLessThan(9);
  }
  return { left: left.size, rounds, looked: sweep.looked, findings: sweep.findings['content-unnamed'] };
}

it('removes contents that nothing names once they are older than thirty days', async () => {
  expect(await stepped([30 * DAY, 30 * DAY + 1, DAY])).toEqual({
    ...{ left: 2, rounds: [undefined], looked: 3 },
    findings: { found: 1, done: 1, examples: ['content 1'] },
  });
});

it.each([
  [999, [undefined], 999],
  [1_000, [2, undefined], 1_000],
  [2_500, [2, 3, undefined], 2_500],
])('removes %i of them a thousand at a time', async (count, rounds, looked) => {
  const ages = Array.from({ length: count }, () => 40 * DAY);
  expect(await stepped(ages)).toMatchObject({ left: 0, rounds, looked, findings: { done: count } });
});

it('looks once and removes nothing in a dry run', async () => {
  const ages = Array.from({ length: 1_500 }, () => 40 * DAY);
  expect(await stepped(ages, true)).toMatchObject({
    ...{ left: 1_500, rounds: [undefined], findings: { found: 1_000, done: 0 } },
  });
});

it('ends at once in a home whose store has no such contents', async () => {
  await using temporary = await temporaryHome();
  const sweep = new Sweep({
    ...{
      home: { ...temporary.home, unnamed: undefined },
      program: null,
      now: NOW,
      isDry: false,
      waiting: {},
    },
    ...{ answersNow: 0, findings: {}, looked: 0 },
  });
  expect(await unnamedContents.step(sweep, { round: 1 })).toBeNull();
});
