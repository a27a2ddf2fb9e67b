import { describe, expect, it } from 'vitest';
import { imageOf, registeredExam } from '../../../test/conformance/exam-records.ts';
import { arrivalOrder } from '../../exams/arrival-order.ts';
import type { ExamImage } from '../../exams/exam-image.ts';
import type { ExamRecord } from '../../exams/exam-record.ts';
import { listPrograms } from '../../programs/program-register.ts';
import { EXAM } from '../../testing/records.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import { Sweep } from '../sweep.ts';
import { unannouncedImages } from './unannounced-images.ts';

const HOUR = 3_600_000;
const LEFT = 'images/north/P1/2026-05-01/left.jpg';
const RIGHT = 'images/north/P1/2026-05-01/right.jpg';

/** A home whose photographs are never announced. */
async function silentHome() {
  const clock = { now: Date.parse('2026-05-01T08:00:00.000Z') };
  const temporary = await temporaryHome({ now: () => clock.now });
  const { home } = temporary;
  const { queue, deadLetters } = home.queues.preparation;
  const empty = async () => {
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await queue.delete(messages.map(({ receipt }) => receipt));
    return messages.map(({ body }) => JSON.parse(body).Records[0].s3.object);
  };
  const put = async (key: string, content: string) => {
    const { versionId } = await home.objects.put(key, Buffer.from(content));
    await empty();
    return versionId;
  };
  const save = (images: readonly ExamImage[], updatedAt = '2026-05-01T08:00:00.000Z') => {
    const record: ExamRecord = registeredExam(EXAM, '2026-05-01T08:00:00.000Z');
    return home.exams.save({ ...record, images: [...images], updatedAt });
  };
  const swept = async (isDry = false) => {
    const sweep = new Sweep({
      ...{ home, program: null, now: new Date(clock.now), isDry, waiting: {} },
      ...{ answersNow: 0, findings: {}, looked: 0 },
    });
    const end = await unannouncedImages.step(sweep, unannouncedImages.begin);
    return { end, looked: sweep.looked, findings: sweep.findings, announced: await empty() };
  };
  const dispose = () => temporary[Symbol.asyncDispose]();
  return { home, clock, deadLetters, put, save, swept, [Symbol.asyncDispose]: dispose };
}

const image = (key: string, versionId: string | null, state: ExamImage['state']): ExamImage => ({
  ...{ ...imageOf(EXAM, 1), key, versionId, field: null, state },
  laterality: key === LEFT ? 'left' : 'right',
});

describe('photographs in the store', () => {
  it('are announced again by version, the newest of each, and their program is known from then on', async () => {
    await using run = await silentHome();
    await run.put(LEFT, 'an older left eye');
    const left = await run.put(LEFT, 'a left eye');
    const right = await run.put(RIGHT, 'a right eye');
    run.clock.now += 2 * HOUR;
    const dry = await run.swept(true);
    expect(dry).toMatchObject({ announced: [], findings: { 'image-unannounced': { found: 2, done: 0 } } });
    const programs = async () => (await listPrograms(run.home.objects, { limit: 9 })).items;
    expect(await programs()).toEqual([]);
    expect(await run.swept()).toEqual({
      ...{ end: null, looked: 2 },
      announced: [
        { key: encodeURIComponent(LEFT), versionId: left },
        { key: encodeURIComponent(RIGHT), versionId: right },
      ],
      findings: { 'image-unannounced': { found: 2, done: 2, examples: [LEFT, RIGHT] } },
    });
    expect(await programs()).toEqual(['north']);
  });

  it('that a record names are left alone, whatever became of them', async () => {
    await using run = await silentHome();
    const left = await run.put(LEFT, 'a left eye');
    const right = await run.put(RIGHT, 'a right eye');
    await run.save([image(LEFT, left, 'current'), image(RIGHT, right, 'withdrawn')]);
    run.clock.now += 2 * HOUR;
    expect(await run.swept()).toMatchObject({ findings: {}, announced: [], looked: 2 });
  });

  it('are shown where an older version counts, and not where none does', async () => {
    await using run = await silentHome();
    const older = await run.put(LEFT, 'an older left eye');
    const newer = await run.put(LEFT, 'a left eye');
    const right = await run.put(RIGHT, 'a right eye');
    await run.save([
      image(LEFT, older, 'current'),
      image(LEFT, newer, 'replaced'),
      image(RIGHT, right, 'replaced'),
    ]);
    run.clock.now += 2 * HOUR;
    expect(await run.swept()).toMatchObject({
      findings: { 'image-older-counts': { found: 1, done: 0, examples: [LEFT] } },
      announced: [],
    });
  });

  it('are left alone where a full record has forgotten them: a newer one of their name is on its list', async () => {
    await using run = await silentHome();
    const png = 'images/north/P1/2026-05-01/left.png';
    const forgotten = await run.put(LEFT, 'a left eye');
    const newer = await run.home.objects.put(png, Buffer.from('a newer left eye'));
    await run.swept(true);
    const order = arrivalOrder(
      { key: png, sequence: newer.sequence, lastModified: new Date(run.clock.now) },
      '',
    );
    const others = (count: number) =>
      Array.from({ length: count }, (_, index) => image(RIGHT, `v${index}`, 'replaced'));
    const counts = { ...image(LEFT, newer.versionId, 'current'), key: png, order };
    const record = await run.save([counts, ...others(23)]);
    run.clock.now += 2 * HOUR;
    expect((await run.swept()).findings).toEqual({});
    const withdrawn = { ...counts, state: 'withdrawn' as const };
    const second = await run.home.exams.save({ ...record, images: [withdrawn, ...others(23)] });
    expect((await run.swept()).findings).toEqual({});
    // A list with room has forgotten nothing.
    const third = await run.home.exams.save({ ...second, images: [counts, ...others(22)] });
    expect(await run.swept()).toMatchObject({ announced: [{ versionId: forgotten }] });
    // Nor has a full one forgotten what came after the one that counts.
    await run.home.exams.save({ ...third, images: [counts, ...others(23)] });
    const later = await run.put(LEFT, 'a retake of the left eye');
    run.clock.now += 2 * HOUR;
    expect(await run.swept()).toMatchObject({ announced: [{ versionId: later }] });
  });

  it('are announced again where a full record never had them: they are refused by name, not taken for known', async () => {
    await using run = await silentHome();
    const disc = 'images/north/P1/2026-05-01/left-disc.jpg';
    const lost = await run.put(disc, 'a disc whose announcement was lost');
    const others = Array.from({ length: 24 }, (_, index) => image(RIGHT, `v${index}`, 'withdrawn'));
    await run.save(others, '2026-05-01T09:00:00.000Z');
    run.clock.now += 2 * HOUR;
    expect(await run.swept()).toMatchObject({
      announced: [{ versionId: lost }],
      findings: { 'image-unannounced': { found: 1, examples: [disc] } },
    });
  });

  it('are shown where somebody else looks at the dead letters: theirs may be among them', async () => {
    await using run = await silentHome();
    await run.put(LEFT, 'a left eye');
    await run.deadLetters.send([{ body: '{"exam":"another"}' }]);
    run.clock.now += 2 * HOUR;
    await run.deadLetters.receive({ maxMessages: 1, waitSeconds: 0 });
    expect(await run.swept()).toMatchObject({
      findings: { 'image-undecided': { found: 1, done: 0, examples: [LEFT] } },
      announced: [],
    });
  });
});
