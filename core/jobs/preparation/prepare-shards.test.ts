import { describe, expect, it } from 'vitest';
import { preparedKey } from '../../keys/prepared-key.ts';
import type { Home } from '../../ports/index.ts';
import { contractOf } from '../../preparation/contract.ts';
import { manifestKey, preparedReceiptsPrefix } from '../job-keys.ts';
import { OTHER_MODEL, ScreeningJobs } from '../testing/screening-job.ts';
import { listPrepared, readPrepared, readPreparing } from './preparation-store.ts';

const { keyOf } = ScreeningJobs;
const OTHER_CONTRACT = contractOf({
  ...{ preprocessing: OTHER_MODEL.preprocessing, imageSize: 224, detector: null },
});
const images = (...patients: string[]) =>
  patients.flatMap((patient) => ['left', 'right'].map((eye) => `images/north/${patient}/1/${eye}.jpg`));

/** Three screened exams in two shards, and a model that takes other pixels. */
async function changed(patients = ['P1', 'P2', 'P3']) {
  const jobs = await ScreeningJobs.open(patients);
  await jobs.run.activate(OTHER_MODEL);
  return { jobs, planned: await jobs.plan(2), [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose]() };
}

describe("a job's shards", () => {
  it('are ready at the first look where every image is, and nothing is asked for', async () => {
    await using jobs = await ScreeningJobs.open(['P1', 'P2', 'P3']);
    const planned = await jobs.plan(2);
    expect(planned.plan).toMatchObject({ shards: 2, planned: 3, images: 6 });
    expect(await jobs.look(planned)).toBeNull();
    expect(await jobs.askedFor()).toEqual([]);
    expect(await readPrepared(jobs.run.home.objects, planned.job, 0)).toMatchObject({
      ...{ images: 4, found: 4, prepared: 0, failed: 0, exams: [] },
    });
  });

  it('have what they lack asked for once, under the contract of what screens now, and are ready when it is there', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    const first = await jobs.look(planned);
    expect(first).toEqual({
      open: { left: 6, waitedSeconds: 5, askedAgain: false },
      pauseSeconds: 5,
    });
    expect((await jobs.askedFor()).toSorted()).toEqual(images('P1', 'P2', 'P3'));
    expect(await jobs.look(planned, first?.open)).toMatchObject({ open: { left: 6, waitedSeconds: 10 } });
    expect(await jobs.askedFor()).toHaveLength(6);
    expect(await listPrepared(jobs.run.home.objects, planned.job)).toEqual([]);
    await jobs.prepare();
    expect(await jobs.look(planned, first?.open)).toBeNull();
    const receipt = await readPrepared(jobs.run.home.objects, planned.job, 1);
    expect(receipt).toEqual({
      ...{ schema: 'shard-prepared/1', shard: 1, contract: OTHER_CONTRACT },
      ...{ images: 2, found: 0, prepared: 2, failed: 0, exams: [] },
    });
    // Nothing was screened, and no exam lost its answer.
    expect(await jobs.run.exam(keyOf('P1'))).toMatchObject({ status: 'screened', result: { model: 'm1' } });
  });

  it('count an image that gives no pixels as prepared: that is what is known of it', async () => {
    await using jobs = await ScreeningJobs.open(['P1']);
    await jobs.run.upload('left', 'too-dark: P2 left', keyOf('P2'));
    await jobs.run.upload('right', 'P2 right', keyOf('P2'));
    await jobs.run.settle();
    await jobs.run.activate(OTHER_MODEL);
    const planned = await jobs.plan(2);
    const first = await jobs.look(planned);
    await jobs.prepare();
    expect(await jobs.look(planned, first?.open)).toBeNull();
    expect(await readPrepared(jobs.run.home.objects, planned.job, 0)).toMatchObject({
      ...{ images: 4, found: 0, prepared: 4, failed: 0, exams: [] },
    });
  });

  it('lack pixels that have expired, whatever the record says', async () => {
    await using jobs = await ScreeningJobs.open(['P1', 'P2']);
    const { home } = jobs.run;
    const { model, contract } = await jobs.run.configuration.screening();
    // Another head: the exam is new work, its pixels are those of before.
    await jobs.run.activate({ ...model, heads: [{ name: 'odir', id: 'h2' }] });
    const planned = await jobs.plan(2);
    const [gone] =
      (await jobs.run.exam(keyOf('P2')))?.images.filter(({ laterality }) => laterality === 'right') ?? [];
    if (gone === undefined) throw new Error('Expected a right eye.');
    await home.prepared.removeAll(preparedKey(gone, contract));
    const first = await jobs.look(planned);
    expect(first?.open).toMatchObject({ left: 1 });
    expect(await jobs.askedFor()).toEqual(['images/north/P2/1/right.jpg']);
    // The record says that it is prepared: the store is asked.
    expect(await jobs.look(planned, first?.open)).toMatchObject({ open: { left: 1 } });
    await jobs.prepare();
    expect(await jobs.look(planned, first?.open)).toBeNull();
    expect(await readPrepared(home.objects, planned.job, 0)).toMatchObject({
      ...{ images: 4, found: 3, prepared: 1 },
    });
  });

  it('lack nothing of exams that have their answer, though their pixels have expired', async () => {
    await using jobs = await ScreeningJobs.open(['P1', 'P2']);
    const planned = await jobs.plan(2);
    expect(await jobs.run.home.prepared.removeAll('prepared/north/')).toBeGreaterThanOrEqual(4);
    expect(await jobs.look(planned)).toBeNull();
    expect(await jobs.askedFor()).toEqual([]);
  });

  it('are begun a few at a time, so that a job that is cancelled has little prepared in vain', async () => {
    await using run = await changed(['P1', 'P2', 'P3', 'P4', 'P5']);
    const { jobs, planned } = run;
    const first = await jobs.look(planned, null, { shardsAtOnce: 1 });
    expect((await jobs.askedFor()).toSorted()).toEqual(images('P1', 'P2'));
    await jobs.prepare();
    await jobs.look(planned, first?.open, { shardsAtOnce: 1 });
    expect((await jobs.askedFor()).toSorted()).toEqual(images('P3', 'P4'));
  });

  it('are gone on with at once where a look has taken its time, one at least in each', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    const first = await jobs.look(planned, null, { lookSeconds: -1 });
    expect(first).toEqual({
      open: { left: 4, waitedSeconds: 0, askedAgain: false },
      pauseSeconds: 0,
    });
    expect((await jobs.askedFor()).toSorted()).toEqual(images('P1', 'P2'));
    expect(await jobs.look(planned, first?.open, { lookSeconds: -1 })).toMatchObject({
      open: { left: 6 },
      pauseSeconds: 5,
    });
  });

  it('are asked for again under the contract of a model that became active meanwhile', async () => {
    await using run = await changed(['P1']);
    const { jobs, planned } = run;
    const first = await jobs.look(planned);
    const third = { ...OTHER_MODEL, model: 'm3', preprocessing: 'squash-bicubic-v3' };
    await jobs.run.activate(third);
    const { queue } = jobs.run.home.queues['bulk-preparation'];
    const former = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await queue.delete(former.map(({ receipt }) => receipt));
    const second = await jobs.look(planned, first?.open);
    expect((await jobs.askedFor()).toSorted()).toEqual(images('P1'));
    await jobs.prepare();
    expect(await jobs.look(planned, second?.open)).toBeNull();
    const { contract } = (await readPrepared(jobs.run.home.objects, planned.job, 0)) ?? {};
    expect(contract).toBe(contractOf({ preprocessing: third.preprocessing, imageSize: 224, detector: null }));
  });

  it('whose manifest cannot be read are an error that names the line', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    await jobs.run.home.objects.put(manifestKey(planned.job, 1), Buffer.from('no line'));
    await expect(jobs.look(planned)).rejects.toThrow(/Line 1 of shard 1 of job .* is damaged/);
  });
});

describe('images that are not prepared', () => {
  it('are asked for once more after two minutes, and given up with the reason after as long as the job has patience', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    const { home } = jobs.run;
    const { queue } = home.queues['bulk-preparation'];
    let open = (await jobs.look(planned))?.open ?? null;
    // One exam is prepared, the messages of the others are lost.
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await jobs.run.call(
      'bulk-preparation',
      messages.filter(({ body }) => body.includes('/P1/')),
    );
    await queue.delete(messages.map(({ receipt }) => receipt));
    await jobs.prepare();
    open = (await jobs.look(planned, open))?.open ?? null;
    expect(open).toEqual({ left: 4, waitedSeconds: 5, askedAgain: false });
    open = (await jobs.look(planned, { left: 4, waitedSeconds: 119, askedAgain: false }))?.open ?? null;
    expect(await jobs.askedFor()).toEqual([]);
    open = (await jobs.look(planned, open))?.open ?? null;
    expect(open).toEqual({ left: 4, waitedSeconds: 129, askedAgain: true });
    expect((await jobs.askedFor()).toSorted()).toEqual(images('P2', 'P3'));
    open = (await jobs.look(planned, open))?.open ?? null;
    expect(await jobs.askedFor()).toHaveLength(4);
    expect(open).toMatchObject({ waitedSeconds: 134 });
    expect(await jobs.look(planned, { left: 4, waitedSeconds: 600, askedAgain: true })).toBeNull();
    const reason =
      "2 photographs were not prepared, while none of the job's was for 600 s: see the log of preparation and the dead letters of queue bulk-preparation.";
    expect(await readPrepared(home.objects, planned.job, 0)).toMatchObject({
      ...{ images: 4, found: 0, prepared: 2, failed: 2 },
      exams: [{ patient: 'P2', exam: '1', reason }],
    });
    expect(await readPrepared(home.objects, planned.job, 1)).toMatchObject({
      ...{ images: 2, found: 0, prepared: 0, failed: 2 },
      exams: [{ patient: 'P3', exam: '1', reason }],
    });
  });

  it('are given up sooner where nothing of them waits in a queue any more, and not while something does', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    const { home } = jobs.run;
    await jobs.look(planned);
    const waiting = { left: 6, waitedSeconds: 300, askedAgain: true };
    expect(await jobs.look(planned, waiting)).toMatchObject({ open: { left: 6, waitedSeconds: 305 } });
    const { queue } = home.queues['bulk-preparation'];
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    // One is still in a process's hand.
    await queue.delete(messages.slice(1).map(({ receipt }) => receipt));
    expect(await jobs.look(planned, waiting)).toMatchObject({ open: { left: 6 } });
    await queue.delete(messages.map(({ receipt }) => receipt));
    await home.queues.intake.queue.send([{ body: 'what preparation has told' }]);
    expect(await jobs.look(planned, waiting)).toMatchObject({ open: { left: 6 } });
    const told = await home.queues.intake.queue.receive({ maxMessages: 1, waitSeconds: 0 });
    await home.queues.intake.queue.delete(told.map(({ receipt }) => receipt));
    expect(await jobs.look(planned, { ...waiting, waitedSeconds: 299 })).toMatchObject({ open: { left: 6 } });
    expect(await jobs.look(planned, waiting)).toBeNull();
    const { exams } = (await readPrepared(home.objects, planned.job, 1)) ?? {};
    expect(exams?.[0]?.reason).toMatch(
      /^2 photographs were not prepared, and no message about the job's waits in a queue any more: see the log/,
    );
  });

  it('are given up shard by shard where nothing is prepared at all, each after some minutes of its own', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    const one = { shardsAtOnce: 1 };
    await jobs.look(planned, null, one);
    const first = await jobs.look(planned, { left: 4, waitedSeconds: 600, askedAgain: true }, one);
    // The second shard's are asked for; ten minutes of patience, of which five are left.
    expect(first?.open).toEqual({ left: 2, waitedSeconds: 305, askedAgain: true });
    expect(await listPrepared(jobs.run.home.objects, planned.job)).toMatchObject([{ shard: 0 }]);
    await jobs.prepare();
    expect(await jobs.look(planned, first?.open, one)).toBeNull();
    expect(await readPrepared(jobs.run.home.objects, planned.job, 1)).toMatchObject({
      prepared: 2,
      failed: 0,
    });
  });

  it('are waited for as long as others are prepared', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    await jobs.look(planned);
    const before = { left: 7, waitedSeconds: 10_000, askedAgain: true };
    expect(await jobs.look(planned, before)).toMatchObject({
      open: { left: 6, waitedSeconds: 5, askedAgain: false },
    });
  });

  it('count as failed where their exam is erased, without its name', async () => {
    await using run = await changed();
    const { jobs, planned } = run;
    const { home } = jobs.run;
    const first = await jobs.look(planned);
    const record = await jobs.run.exam(keyOf('P1'));
    if (record === undefined) throw new Error('Expected an exam.');
    await home.exams.remove(record);
    const { queue } = home.queues['bulk-preparation'];
    const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
    await queue.delete(messages.filter(({ body }) => body.includes('/P1/')).map(({ receipt }) => receipt));
    await queue.release(messages.map(({ receipt }) => receipt));
    await jobs.prepare();
    expect(await jobs.look(planned, first?.open)).toBeNull();
    expect(await readPrepared(home.objects, planned.job, 0)).toMatchObject({
      ...{ images: 4, found: 0, prepared: 2, failed: 2 },
      exams: [{ patient: 'erased', exam: 'erased', reason: 'The exam was erased while the job ran.' }],
    });
  });
});

describe('a look that is killed', () => {
  /** A home that dies of its `calls`th write or message of preparation. */
  function dying(home: Home, calls: number): Home {
    let made = 0;
    const step = () => {
      made += 1;
      if (made >= calls) throw new Error('killed');
    };
    const mortal = <Part extends object>(part: Part, deadly: keyof Part): Part =>
      new Proxy(part, {
        get(target, name) {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          if (name !== deadly) return value.bind(target);
          return async (...given: unknown[]) => {
            step();
            const answer = await value.apply(target, given);
            step();
            return answer;
          };
        },
      });
    const bulk = home.queues['bulk-preparation'];
    const queues = { ...home.queues, 'bulk-preparation': { ...bulk, queue: mortal(bulk.queue, 'send') } };
    return { ...home, objects: mortal(home.objects, 'put'), queues };
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('at its %dth step is done again to the same end', async (calls) => {
    await using run = await changed();
    const { jobs, planned } = run;
    const { home } = jobs.run;
    const killed = jobs.look(planned, null, { home: dying(home, calls) });
    await expect(killed).rejects.toThrow('killed');
    const again = await jobs.look(planned);
    expect(new Set(await jobs.askedFor())).toEqual(new Set(images('P1', 'P2', 'P3')));
    expect(again?.open.left).toBe(6);
    await jobs.prepare();
    await expect(
      jobs.look(planned, again?.open ?? null, { home: dying(home, 1 + (calls % 3)) }),
    ).rejects.toThrow('killed');
    expect(await jobs.look(planned)).toBeNull();
    const { items } = await home.objects.listVersions(preparedReceiptsPrefix(planned.job), { limit: 9 });
    expect(items).toHaveLength(2);
    expect(await readPrepared(home.objects, planned.job, 0)).toMatchObject({ images: 4, prepared: 4 });
    expect(await readPreparing(home.objects, planned.job, OTHER_CONTRACT, 1)).toMatchObject({
      open: [{ line: 0, images: 2 }],
    });
  });
});
