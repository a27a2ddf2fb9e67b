import { describe, expect, it } from 'vitest';
import { QUEUE_SETTINGS } from '../../core/messages/queues.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import { FunctionRun } from '../testing/function-run.ts';

const GLAUCOMA = { level: 'patient', image: null, head: 'odir', label: 'glaucoma', threshold: 0.5 } as const;

async function asked(run: FunctionRun): Promise<ScreeningRequest> {
  await run.upload('left', 'L1');
  await run.upload('right', 'R1');
  await run.deliver('intake');
  return requested(run);
}

async function requested(run: FunctionRun): Promise<ScreeningRequest> {
  const messages = await run.receive('screening');
  await run.home.queues.screening.queue.delete(messages.map((message) => message.receipt));
  return JSON.parse(String(messages.at(-1)?.body));
}

describe('aggregation', () => {
  it('writes the outcome to the exam and announces it', async () => {
    await using run = await FunctionRun.open();
    const request = await asked(run);
    await run.answer(request);
    await run.deliver('results');
    const exam = await run.exam();
    expect(exam).toMatchObject({ status: 'screened', result: { outcome: 'refer', model: 'm1' } });
    expect(await run.announced()).toEqual([request.requestId]);
    expect(run.counts.get('ExamScreened')).toBe(1);
  });

  it('applies a result once, however often it is delivered', async () => {
    await using run = await FunctionRun.open();
    const request = await asked(run);
    for (let copy = 0; copy < 3; copy += 1) await run.answer(request);
    await run.deliver('results');
    await run.deliver('results');
    expect(await run.announced()).toHaveLength(1);
    expect(run.counts.get('ExamScreened')).toBe(1);
    expect(run.counts.get('ResultDuplicate')).toBe(2);
    expect(await run.formerResults()).toHaveLength(0);
  });

  it.each([
    ['a person is to read', 0.9, 'refer', ['left', 'right']],
    ['nobody is to read', 0.1, 'recall', []],
  ] as const)('has pictures made of an exam that %s', async (_, probability, outcome, eyes) => {
    await using run = await FunctionRun.open();
    const review = { ...DEFAULT_SETTINGS.review, overReadShare: 0 };
    const settings = JSON.stringify({ ...DEFAULT_SETTINGS, review });
    await run.home.objects.put(settingsKey('north'), Buffer.from(settings));
    const request = await asked(run);
    // Told twice, as a redelivery does.
    for (let time = 0; time < 2; time += 1) {
      await run.answer(request, { findings: [{ ...GLAUCOMA, probability }] });
      await run.deliver('results');
    }
    expect((await run.exam())?.result?.outcome).toBe(outcome);
    const { queue } = run.home.queues['bulk-preparation'];
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    const wanted = messages.map(({ body }) => JSON.parse(body));
    const twice = [...eyes, ...eyes].map((eye) => `images/north/P1/2026-05-01/${eye}.jpg`);
    expect(wanted.map(({ schema, image }) => [schema, image.key])).toEqual(
      twice.map((key) => ['render-image/1', key]),
    );
  });

  it('announces again on redelivery, since the first attempt may have ended before it could', async () => {
    await using run = await FunctionRun.open();
    const request = await asked(run);
    const published: string[] = [];
    const { publish } = run.home.events;
    let failures = 1;
    run.home.events.publish = async (events) => {
      if (failures-- > 0) throw new Error('the bus is down');
      published.push(...events.map((event) => event.id));
      await publish.call(run.home.events, events);
    };
    await run.answer(request);
    await run.deliver('results');
    expect((await run.exam())?.status).toBe('screened');
    expect(published).toEqual([]);
    run.pass(QUEUE_SETTINGS.results.visibilitySeconds + 1);
    await run.deliver('results');
    expect(published).toEqual([request.requestId]);
  });

  it('keeps a result of photographs that have been replaced from answering for the new ones', async () => {
    await using run = await FunctionRun.open();
    const first = await asked(run);
    await run.upload('right', 'R2');
    await run.deliver('intake');
    const second = await requested(run);
    await run.answer(first);
    await run.deliver('results');
    expect(await run.exam()).toMatchObject({ status: 'screening', result: null });
    await run.answer(second);
    await run.answer(first);
    await run.deliver('results');
    expect((await run.exam())?.result?.requestId).toBe(second.requestId);
    expect(run.counts.get('ResultSuperseded')).toBe(2);
    expect(await run.announced()).toEqual([second.requestId]);
  });

  it("decides by the program's own policy and says which", async () => {
    await using run = await FunctionRun.open();
    const rules = [{ label: 'glaucoma', minimumProbability: 0.6, outcome: 'refer-urgent' }];
    const settings = { ...DEFAULT_SETTINGS, policy: { ...DEFAULT_SETTINGS.policy, rules } };
    await run.home.objects.put('programs/north/settings.json', Buffer.from(JSON.stringify(settings)));
    await run.answer(await asked(run));
    await run.deliver('results');
    expect((await run.exam())?.result).toMatchObject({
      outcome: 'refer-urgent',
      policy: expect.stringMatching(/^[0-9a-f]{12,}$/),
    });
  });

  it.each([
    ['not JSON', 'x'],
    ['a result of another version', '{"schema":"screening-result/9"}'],
  ])('puts %s into the dead letters with the reason', async (_, body) => {
    await using run = await FunctionRun.open();
    await run.home.queues.results.queue.send([{ body }]);
    await run.deliver('results');
    const [letter] = await run.deadLetters('results');
    expect(letter?.body).toBe(body);
    expect(letter?.attributes.reason).toBeTruthy();
  });

  it('of an exam that nobody knows changes nothing and says so', async () => {
    await using run = await FunctionRun.open();
    const request = await asked(run);
    await run.answer({ ...request, exam: { ...request.exam, patient: 'nobody' } });
    await run.deliver('results');
    expect(run.counts.get('ResultSuperseded')).toBe(1);
    expect((await run.exam())?.status).toBe('screening');
  });
});
