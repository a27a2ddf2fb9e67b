import { describe, expect, it } from 'vitest';
import { currentImage, type ImageState } from '../../core/exams/exam-image.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { EXAM, MODEL } from '../../core/testing/records.ts';
import { FunctionRun } from '../testing/function-run.ts';

const WINDOW_SECONDS = 900;

function currentOf(exam: ExamRecord | undefined, laterality: Laterality) {
  return exam === undefined ? null : currentImage(exam, laterality);
}

function keysOf(exam: ExamRecord | undefined, state: ImageState) {
  return exam?.images.filter((image) => image.state === state).map(({ key }) => key);
}

describe('pairing of eyes', () => {
  it('asks for screening as soon as both eyes are there', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.deliver('intake');
    expect((await run.exam())?.status).toBe('registered');
    await run.upload('right', 'R12');
    await run.deliver('intake');
    expect((await run.exam())?.status).toBe('screening');
    const [request] = await run.screen();
    expect(request).toMatchObject({
      exam: EXAM,
      images: [
        { laterality: 'left', bytes: 2 },
        { laterality: 'right', bytes: 3 },
      ],
    });
  });

  it('waits for the second eye until the pairing window is over, then asks for the one eye', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.settle();
    run.pass(WINDOW_SECONDS - 5);
    await run.settle();
    expect((await run.exam())?.status).toBe('registered');
    run.pass(10);
    await run.deliver('intake');
    expect(await run.screen()).toMatchObject([{ images: [{ laterality: 'left', bytes: 2 }] }]);
  });

  it('screens the pair again when the second eye comes after the window', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.settle();
    run.pass(WINDOW_SECONDS + 1);
    await run.settle();
    expect((await run.exam())?.result?.eyes.right).toBeNull();
    await run.upload('right', 'R1');
    await run.settle();
    const exam = await run.exam();
    expect(exam?.status).toBe('screened');
    expect(exam?.result?.eyes.right).not.toBeNull();
    expect(await run.formerResults()).toHaveLength(1);
  });

  it('does not wait where the uploader announced a single eye', async () => {
    await using run = await FunctionRun.open();
    await run.home.objects.put('images/north/P1/2026-05-01/left.jpg', Buffer.from('L1'), {
      metadata: { eyes: 'left' },
    });
    await run.settle();
    expect((await run.exam())?.status).toBe('screened');
  });

  it("follows the program's own pairing window", async () => {
    await using run = await FunctionRun.open();
    const settings = { ...DEFAULT_SETTINGS, pairingWindowSeconds: 5 };
    await run.home.objects.put('programs/north/settings.json', Buffer.from(JSON.stringify(settings)));
    await run.upload('right', 'R1');
    await run.settle();
    expect((await run.exam())?.status).toBe('registered');
    run.pass(6);
    await run.settle();
    expect((await run.exam())?.status).toBe('screened');
  });
});

describe('a photograph of an eye that has one already', () => {
  it('replaces it, is screened again and leaves the earlier result in the history', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.upload('right', 'R1');
    await run.settle();
    const first = (await run.exam())?.result?.requestId;
    await run.upload('left', 'L2 is longer');
    await run.settle();
    const exam = await run.exam();
    expect(currentOf(exam, 'left')?.bytes).toBe(12);
    expect(keysOf(exam, 'replaced')).toEqual(['images/north/P1/2026-05-01/left.jpg']);
    expect((await run.formerResults())[0]?.requestId).toBe(first);
    expect(exam?.result?.flags).toContain('image-replaced');
  });

  it('replaces it under another extension too, and the older stays on record', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.upload('right', 'R1');
    run.pass(1);
    await run.upload('left', 'third', EXAM, 'png');
    await run.settle();
    const exam = await run.exam();
    expect(currentOf(exam, 'left')?.key).toBe('images/north/P1/2026-05-01/left.png');
    expect(keysOf(exam, 'replaced')).toEqual(['images/north/P1/2026-05-01/left.jpg']);
    expect(await run.announced()).toHaveLength(1);
  });

  it('does not count if its event is only late', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    const late = await run.receive('intake');
    await run.upload('left', 'L2 is longer');
    await run.upload('right', 'R1');
    await run.settle();
    await run.call('intake', late);
    await run.settle();
    const exam = await run.exam();
    expect(currentOf(exam, 'left')?.bytes).toBe(12);
    expect(exam?.status).toBe('screened');
  });
});

describe('intake', () => {
  it('changes nothing when S3 announces a photograph twice', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    const messages = await run.receive('intake');
    await run.call('intake', messages);
    const revision = (await run.exam())?.revision;
    await run.call('intake', messages);
    expect((await run.exam())?.revision).toBe(revision);
  });

  it('asks again on redelivery, since the first attempt may have ended before it asked', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.upload('right', 'R1');
    const messages = await run.receive('intake');
    await run.call('intake', messages);
    await run.receive('screening');
    await run.call('intake', messages);
    expect((await run.receive('screening')).length).toBeGreaterThan(0);
  });

  it('passes over a photograph that was removed for good meanwhile', async () => {
    await using run = await FunctionRun.open();
    const stored = await run.upload('left', 'L1');
    await run.home.objects.deleteVersion(stored.key, String(stored.versionId));
    await run.settle();
    expect(await run.exam()).toBeUndefined();
    expect(run.counts.get('ImageDeletedMeanwhile')).toBe(1);
    expect(await run.deadLetters('intake')).toHaveLength(0);
  });

  it('still screens a version whose key was deleted after it was accepted', async () => {
    await using run = await FunctionRun.open();
    const stored = await run.upload('left', 'L1');
    await run.upload('right', 'R1');
    await run.home.objects.delete(stored.key);
    await run.settle();
    expect((await run.exam())?.result?.eyes.left?.image.versionId).toBe(stored.versionId);
  });

  it("takes no notice of S3's test event", async () => {
    await using run = await FunctionRun.open();
    await run.home.queues.intake.queue.send([{ body: '{"Service":"Amazon S3","Event":"s3:TestEvent"}' }]);
    await run.deliver('intake');
    expect(await run.deadLetters('intake')).toHaveLength(0);
  });

  it('screens an exam once more when it is asked to look again under another model', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.upload('right', 'R1');
    await run.settle();
    await run.activate({ ...MODEL, model: 'm2' });
    run.pass(60);
    const check = { schema: 'exam-check/1', reason: 'model-changed', exam: EXAM };
    await run.home.queues.intake.queue.send([{ body: JSON.stringify(check) }]);
    await run.settle();
    expect((await run.exam())?.result?.model).toBe('m2');
    expect((await run.formerResults())[0]?.model).toBe('m1');
  });
});

describe('a message that intake cannot understand', () => {
  it.each([
    ['a file that names no eye', 'images/north/P1/e1/photo.jpg', {}, /which eye/],
    ['metadata of neither eye', 'images/north/P1/e1/left.jpg', { laterality: 'middle' }, /neither left nor/],
    ['metadata of the other eye', 'images/north/P1/e1/left.jpg', { laterality: 'OD' }, /named left/],
  ])('%s goes to the dead letters at once, with the reason', async (_, key, metadata, reason) => {
    await using run = await FunctionRun.open();
    await run.home.objects.put(key, Buffer.from('x'), { metadata });
    await run.settle();
    const [letter, ...others] = await run.deadLetters('intake');
    expect(others).toHaveLength(0);
    expect(letter?.attributes.reason).toMatch(reason);
    expect(letter?.attributes.remedy).toContain('retclip redrive intake');
    expect(letter?.body).toContain('image-prepared/1');
    expect(run.counts.get('MessageDeadLettered')).toBe(1);
  });

  it.each([
    ['a key outside any exam', 'images/stray.jpg', /stray\.jpg/],
    ['a file that names both eyes', 'images/north/P1/e1/left_right.jpg', /left_right/],
    ['a program that no id can be', 'images/no#rth/P1/e1/left.jpg', /no#rth/],
  ])('%s never comes so far: preparation buries it, with the reason', async (_, key, reason) => {
    await using run = await FunctionRun.open();
    await run.home.objects.put(key, Buffer.from('x'));
    await run.settle();
    const [letter, ...others] = await run.deadLetters('preparation');
    expect(others).toHaveLength(0);
    expect(letter?.attributes.reason).toMatch(reason);
    expect(letter?.attributes.remedy).toContain('retclip redrive preparation');
    expect(letter?.body).toContain('ObjectCreated');
  });

  it.each(['not JSON', '{}', '{"schema":"exam-check/9"}', '{"schema":"image-prepared/1"}'])(
    '%s goes to the dead letters and the rest of the batch is handled',
    async (body) => {
      await using run = await FunctionRun.open();
      await run.home.queues.intake.queue.send([{ body }]);
      await run.upload('left', 'L1');
      await run.settle();
      expect((await run.exam())?.status).toBe('registered');
      expect((await run.deadLetters('intake')).map((letter) => letter.body)).toEqual([body]);
    },
  );
});

it('tells in the dead letters how often a message was sent again before', async () => {
  await using run = await FunctionRun.open();
  await run.home.queues.intake.queue.send([{ body: 'not JSON', attributes: { redrives: '2' } }]);
  await run.settle();
  expect((await run.deadLetters('intake')).map(({ attributes }) => attributes.redrives)).toEqual(['2']);
});

describe('a fault of the system', () => {
  it('fails only the messages that met it: they are delivered again and lost never', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    const messages = await run.receive('intake');
    await run.home.objects.put('models/active.json', Buffer.from('{"schema":'));
    run.pass(6);
    const response = await run.call('intake', messages);
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: messages[0]?.id }]);
    await run.activate(MODEL);
    run.pass(120);
    await run.settle();
    expect((await run.exam())?.status).toBe('registered');
    expect(run.warnings.join()).toContain('delivered again');
  });

  it('that never ends leads to the dead letters with the reason after the last delivery', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.prepare();
    await run.home.objects.put('models/active.json', Buffer.from('{"schema":'));
    run.pass(6);
    for (let delivery = 0; delivery < 12; delivery += 1) {
      await run.deliver('intake');
      run.pass(120);
    }
    const [letter] = await run.deadLetters('intake');
    expect(letter?.attributes.reason).toContain('models/active.json');
    expect(await run.receive('intake')).toHaveLength(0);
  });
});
