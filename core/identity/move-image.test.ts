import { describe, expect, it } from 'vitest';
import type { ExamKey } from '../exams/exam-key.ts';
import type { Laterality } from '../exams/laterality.ts';
import type { Home } from '../ports/index.ts';
import { EXAM } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { ImageUnknownError, moveImage, PlaceTakenError, withdraw } from './move-image.ts';
import { movedFromOf } from './moved-from.ts';

import {
  attribution,
  checks,
  contents,
  images,
  keyOf,
  OTHER,
  photograph,
  photographThere,
  SAID,
  screen,
  sha256Of,
  storedText,
} from './testing/photographed-exams.ts';

describe('an image that is withdrawn', () => {
  it('stays in the store, is forgotten as a content, and intake looks at what is left', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'left');
    await photograph(home, EXAM, 'right');
    await screen(home, EXAM);
    const record = await withdraw(attribution(home), EXAM, keyOf(EXAM, 'left'), SAID);
    expect(images(record)).toEqual([
      ['left.jpg', 'left', 'withdrawn', null],
      ['right.jpg', 'right', 'current', null],
    ]);
    expect(await home.exams.get(EXAM)).toEqual(record);
    expect(record.request?.images.map(({ laterality }) => laterality)).toEqual(['right']);
    expect(await storedText(home, keyOf(EXAM, 'left'))).toBe('P1 left');
    expect(await contents(home)).toEqual([`${sha256Of('P1 right')}/P1/2026-05-01/right`]);
    expect(await checks(home)).toEqual([{ schema: 'exam-check/1', reason: 'images-changed', exam: EXAM }]);
    expect(await temporary.home.events.after(0, 10)).toEqual([]);
  });

  it('and was the last one is answered and announced at once', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'right');
    const record = await withdraw(attribution(home), EXAM, keyOf(EXAM, 'right'), SAID);
    expect([record.status, record.result?.outcome]).toEqual(['screened', 'ungradable']);
    const events = (await home.events.after(0, 10)).map(({ event }) => event);
    expect(events).toMatchObject([{ type: 'ExamScreened', exam: EXAM, outcome: 'ungradable' }]);
  });

  it('has to be there and to count', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    const key = keyOf(EXAM, 'left');
    const gone = withdraw(attribution(home), EXAM, key, SAID);
    await expect(gone).rejects.toThrow(ImageUnknownError);
    await photograph(home, EXAM, 'left');
    await expect(withdraw(attribution(home), EXAM, keyOf(EXAM, 'right'), SAID)).rejects.toThrow(
      'Exam north/P1/2026-05-01 has no image "images/north/P1/2026-05-01/right.jpg" that counts.',
    );
    await withdraw(attribution(home), EXAM, key, SAID);
    await expect(withdraw(attribution(home), EXAM, key, SAID)).rejects.toThrow(ImageUnknownError);
  });
});

describe('an image that is moved', () => {
  it('to another patient lies there as a new photograph that knows where it is from', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'left');
    await photograph(home, EXAM, 'right');
    await screen(home, EXAM);
    const from = (await home.objects.head(keyOf(EXAM, 'left')))?.versionId;
    const to = { exam: OTHER, laterality: 'right' } as const;
    const record = await moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), to, SAID);
    expect(images(record)).toEqual([
      ['left.jpg', 'left', 'withdrawn', { ...OTHER, laterality: 'right' }],
      ['right.jpg', 'right', 'current', null],
    ]);
    expect(record.images[0]?.withdrawal).toMatchObject(SAID);
    const moved = await home.objects.head('images/north/P2/2026-05-01/right.jpg');
    expect(moved).toMatchObject({
      sha256: sha256Of('P1 left'),
      contentType: 'image/jpeg',
      metadata: { field: 'macula' },
    });
    expect(JSON.stringify(moved?.metadata)).toContain('2026-04-30');
    // The metadata name the move, and no patient: who erases the one must not have to change the other's photograph.
    expect(JSON.stringify(moved?.metadata)).not.toContain('P1');
    const said = String(moved?.metadata['moved-from']);
    expect(await movedFromOf(home.objects, 'north', said)).toEqual({
      key: keyOf(EXAM, 'left'),
      versionId: from,
    });
    expect(await contents(home)).toEqual([`${sha256Of('P1 right')}/P1/2026-05-01/right`]);
    expect(await checks(home)).toEqual([{ schema: 'exam-check/1', reason: 'images-changed', exam: EXAM }]);
  });

  it('again after an interruption goes on, and does not write twice what is there', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'left');
    await photograph(home, EXAM, 'right');
    const to = { exam: OTHER, laterality: 'left' } as const;
    const broken = {
      ...home,
      objects: { ...home.objects, put: () => Promise.reject(new Error('power cut')) },
    };
    for (const name of ['get', 'head', 'list', 'listVersions', 'deleteVersion'] as const)
      Object.assign(broken.objects, { [name]: home.objects[name].bind(home.objects) });
    const cut = moveImage(attribution(broken as unknown as Home), EXAM, keyOf(EXAM, 'left'), to, SAID);
    await expect(cut).rejects.toThrow('power cut');
    expect(images(await home.exams.get(EXAM))?.[0]).toEqual([
      'left.jpg',
      'left',
      'withdrawn',
      { ...OTHER, laterality: 'left' },
    ]);
    await moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), to, SAID);
    const target = keyOf(OTHER, 'left');
    expect(await storedText(home, target)).toBe('P1 left');
    // Intake takes it in; the same move said again leaves it alone.
    await photographThere(home, target);
    await moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), to, SAID);
    expect((await home.objects.listVersions(target, { limit: 10 })).items).toHaveLength(1);
  });

  it('needs a free place, and says whose image is in the way', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'left');
    await photograph(home, EXAM, 'right');
    await photograph(home, OTHER, 'right');
    const move = (exam: ExamKey, laterality: Laterality, swap = false) =>
      moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), { exam, laterality, swap }, SAID);
    await expect(move(EXAM, 'left')).rejects.toThrow(
      'The image is of the left eye of exam north/P1/2026-05-01 already.',
    );
    await expect(move(EXAM, 'right')).rejects.toThrow(
      'Withdraw or move that one first, or swap the two eyes.',
    );
    const taken = move(OTHER, 'right');
    await expect(taken).rejects.toThrow(PlaceTakenError);
    await expect(taken).rejects.toThrow(
      'The right eye of exam north/P2/2026-05-01 has the image "images/north/P2/2026-05-01/right.jpg". Withdraw or move that one first.',
    );
    // Eyes of two exams are not swapped.
    await expect(move(OTHER, 'right', true)).rejects.toThrow(PlaceTakenError);
    expect(images(await home.exams.get(EXAM))?.map(([, , state]) => state)).toEqual(['current', 'current']);
    await expect(
      moveImage(attribution(home), OTHER, keyOf(OTHER, 'left'), { exam: EXAM, laterality: 'left' }, SAID),
    ).rejects.toThrow(ImageUnknownError);
  });

  it('of several of its eye goes to its own place of the other, and leaves the others where they are', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'left', 'left macula', 'left-macula');
    await photograph(home, EXAM, 'left', 'left disc', 'left-disc');
    await photograph(home, EXAM, 'right', 'right macula', 'right-macula');
    const to = { exam: EXAM, laterality: 'right' } as const;
    await moveImage(attribution(home), EXAM, keyOf(EXAM, 'left-disc'), to, SAID);
    expect(await storedText(home, keyOf(EXAM, 'right-disc'))).toBe('left disc');
    const taken = moveImage(attribution(home), EXAM, keyOf(EXAM, 'left-macula'), to, SAID);
    await expect(taken).rejects.toThrow(/right eye .* has the image ".*right-macula\.jpg"/);
    expect(images(await home.exams.get(EXAM))?.map(([name, , state]) => [name, state])).toEqual([
      ['left-macula.jpg', 'current'],
      ['left-disc.jpg', 'withdrawn'],
      ['right-macula.jpg', 'current'],
    ]);
  });

  it('in a swap of two eyes changes places with the other one', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    await photograph(home, EXAM, 'left');
    await photograph(home, EXAM, 'right');
    const to = { exam: EXAM, laterality: 'right' } as const;
    const record = await moveImage(attribution(home), EXAM, keyOf(EXAM, 'left'), { ...to, swap: true }, SAID);
    expect(images(record)).toEqual([
      ['left.jpg', 'left', 'withdrawn', { ...EXAM, laterality: 'right' }],
      ['right.jpg', 'right', 'withdrawn', { ...EXAM, laterality: 'left' }],
    ]);
    expect([
      await storedText(home, keyOf(EXAM, 'left')),
      await storedText(home, keyOf(EXAM, 'right')),
    ]).toEqual(['P1 right', 'P1 left']);
    expect(await contents(home)).toEqual([]);
  });
});
