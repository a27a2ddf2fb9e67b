import { describe, expect, it } from 'vitest';
import { EXAM } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { moveImage, PlaceTakenError, withdraw } from './move-image.ts';

import {
  attribution,
  contents,
  keyOf,
  OTHER,
  photograph,
  photographThere,
  SAID,
  sha256Of,
  storedText,
} from './testing/photographed-exams.ts';

describe('another photograph under the name of one that was taken out', () => {
  it('is withdrawn and forgotten itself', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'right');
    await photograph(home, EXAM, 'left', 'first');
    await withdraw(attribution(home), EXAM, keyOf(EXAM, 'left'), SAID);
    await photograph(home, EXAM, 'left', 'second');
    const record = await withdraw(attribution(home), EXAM, keyOf(EXAM, 'left'), SAID);
    expect(record.images.filter(({ state }) => state === 'withdrawn')).toHaveLength(2);
    expect(await contents(home)).toEqual([`${sha256Of('P1 right')}/P1/2026-05-01/right`]);
  });

  it('is not taken for it where it is to be moved to the same place', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'right');
    await photograph(home, EXAM, 'left', 'first');
    const to = { exam: OTHER, laterality: 'left' } as const;
    await moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), to, SAID);
    await photographThere(home, keyOf(OTHER, 'left'));
    await photograph(home, EXAM, 'left', 'second');
    const again = moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), to, SAID);
    await expect(again).rejects.toThrow(PlaceTakenError);
    const free = { exam: { ...OTHER, exam: '2026-06-01' }, laterality: 'left' } as const;
    await moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), free, SAID);
    expect(await storedText(home, 'images/north/P2/2026-06-01/left.jpg')).toBe('second');
  });
});
