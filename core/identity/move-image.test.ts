import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyResult } from '../exams/apply-result.ts';
import { arrivalOrder } from '../exams/arrival-order.ts';
import { DEFAULT_PROTOCOL } from '../exams/capture-protocol.ts';
import type { ExamKey } from '../exams/exam-key.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import type { Laterality } from '../exams/laterality.ts';
import { receiveImage } from '../exams/receive-image.ts';
import { requestScreening } from '../exams/request-screening.ts';
import { DEFAULT_REVIEW_SETTINGS } from '../exams/review-settings.ts';
import { DEFAULT_POLICY } from '../policies/outcome-policy.ts';
import type { Home } from '../ports/index.ts';
import { updateExam } from '../records/update-exam.ts';
import { EXAM, outputOf, preparedFacts, TERMS } from '../testing/records.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { CONTENTS_PREFIX, registerContent } from './content-register.ts';
import { ImageUnknownError, moveImage, PlaceTakenError, withdraw } from './move-image.ts';
import { movedFromOf } from './moved-from.ts';

const NOW = new Date('2026-05-01T10:00:00Z');
const SAID = { at: '2026-05-02T10:00:00.000Z', by: 'Ada', reason: 'wrong patient' };
const BY = {
  ...TERMS,
  policy: DEFAULT_POLICY,
  captureProtocol: DEFAULT_PROTOCOL,
  review: DEFAULT_REVIEW_SETTINGS,
};
const OTHER: ExamKey = { ...EXAM, patient: 'P2' };
const keyOf = (exam: ExamKey, name: string) =>
  `images/${exam.program}/${exam.patient}/${exam.exam}/${name}.jpg`;
const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

const attribution = (home: Home) => ({ home, by: BY, now: NOW });

/** Puts a photograph into the store and its exam; no two are alike. */
async function photograph(
  home: Home,
  exam: ExamKey,
  laterality: Laterality,
  text = `${exam.patient} ${laterality}`,
  name: string = laterality,
): Promise<void> {
  const content = Buffer.from(text);
  await home.objects.put(keyOf(exam, name), content, { contentType: 'image/jpeg' });
  const stored = await home.objects.head(keyOf(exam, name));
  if (stored === undefined) throw new Error('Expected an object.');
  const { key, versionId, sha256, bytes } = stored;
  const image = { key, versionId, sha256, bytes, order: arrivalOrder(stored, versionId ?? '') };
  await registerContent(home.objects, sha256, { exam, laterality });
  const said = { field: 'macula', takenOn: '2026-04-30', expected: { left: 1, right: 1 } } as const;
  await updateExam(home, exam, (record) =>
    receiveImage(record, { exam, laterality, image, prepared: preparedFacts(laterality), ...said }, NOW, 900),
  );
}

async function screen(home: Home, exam: ExamKey): Promise<void> {
  await updateExam(home, exam, (record) => {
    if (record === undefined) return record;
    const asked = requestScreening({ ...record, pairingDeadline: NOW.toISOString() }, TERMS, NOW);
    if (asked.request === null) throw new Error('Expected a request.');
    const output = outputOf(asked.request);
    const findings = output.findings.map((finding) => ({ ...finding, positive: true }));
    return applyResult(asked, { ...output, findings, outcome: 'refer', policy: 'p' }, NOW).record;
  });
}

const images = (record: ExamRecord | undefined) =>
  record?.images.map(({ key, laterality, state, withdrawal }) => [
    key.split('/').at(-1),
    laterality,
    state,
    withdrawal?.movedTo ?? null,
  ]);

async function checks(home: Home): Promise<unknown[]> {
  const received = await home.queues.intake.queue.receive({ maxMessages: 10, waitSeconds: 0 });
  return received.map(({ body }) => JSON.parse(body)).filter(({ schema }) => schema === 'exam-check/1');
}

async function contents(home: Home): Promise<string[]> {
  const { items } = await home.objects.listVersions(CONTENTS_PREFIX, { limit: 50 });
  return items.map(({ key }) => key.split('/').slice(2).join('/')).toSorted();
}

async function storedText(home: Home, key: string): Promise<string | null> {
  if ((await home.objects.head(key)) === undefined) return null;
  return Buffer.from((await home.objects.get(key)).content).toString();
}

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

/** What intake makes of a photograph that was moved. */
async function photographThere(home: Home, key: string): Promise<void> {
  const stored = await home.objects.head(key);
  if (stored === undefined) throw new Error('Expected an object.');
  const { versionId, sha256, bytes } = stored;
  const image = { key, versionId, sha256, bytes, order: arrivalOrder(stored, versionId ?? '') };
  const expected = { left: 1, right: 1 };
  await updateExam(home, OTHER, (record) =>
    receiveImage(
      record,
      { exam: OTHER, laterality: 'left', image, expected, prepared: preparedFacts('left') },
      NOW,
      900,
    ),
  );
}
