import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_MODEL } from '../../cli/local/command.ts';
import { currentImage } from '../../core/exams/exam-image.ts';
import { readActiveModel } from '../../core/heads/promotion.ts';
import { listJobs } from '../../core/jobs/job-store.ts';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { listFormerResults } from '../../core/records/former-results.ts';
import { KEPT_RECORDS_PREFIX } from '../../core/records/kept-record.ts';
import { createPlanJob } from '../../functions/plan-job/plan-job.ts';
import { openLocalHome } from '../../local/home.ts';
import { activate, activeModelOf } from '../../local/host/active-bundle.ts';
import { rebuildDatabase } from '../../local/rebuild/rebuild-database.ts';
import { RunningSystem } from '../system/running-system.ts';
import { FormerRelease } from './former-release.ts';

const release = new FormerRelease('0.1.0');
const facts = await release.facts();
/** Nothing of the folder is younger. */
const KILLED_AT = '2026-11-26T17:43:00.000Z';
const folders: string[] = [];
async function unpack(): Promise<string> {
  const data = await release.unpack();
  folders.push(dirname(data));
  return data;
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});

describe('the data folder of release 0.1.0, opened', () => {
  it('has every photograph, message, event and dead letter', async () => {
    const home = await openLocalHome(await unpack());
    try {
      for (const { program, patient, exam, photographs } of facts.exams) {
        for (const eye of ['left', 'right'] as const) {
          const sha256 = photographs[eye];
          const key = `images/${program}/${patient}/${exam}/${eye}.jpg`;
          if (sha256 === null) {
            expect(await home.objects.head(key)).toBeUndefined();
            continue;
          }
          const { content } = await home.objects.get(key);
          expect(createHash('sha256').update(content).digest('hex'), key).toBe(sha256);
        }
      }
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await home.objects.list('', { limit: 1_000, cursor });
        keys.push(...page.items.map(({ key }) => key));
        cursor = page.cursor;
      } while (cursor !== undefined);
      // What people had said is kept in the store since: made when the folder was opened.
      const former = keys.filter((key) => !key.startsWith(KEPT_RECORDS_PREFIX));
      const byKind = Object.entries(Object.groupBy(former, (key) => String(key.split('/')[0])));
      expect(Object.fromEntries(byKind.map(([kind, of]) => [kind, of?.length]))).toEqual(facts.objects);
      const messages: Record<string, number> = {};
      for (const name of QUEUE_NAMES) {
        const { queue, deadLetters } = home.queues[name];
        for (const [of, pair] of [
          [name, queue],
          [`${name}-dead-letters`, deadLetters],
        ] as const) {
          const { visible, inFlight, delayed } = await pair.depth();
          if (visible + inFlight + delayed > 0) messages[of] = visible + inFlight + delayed;
        }
      }
      expect(messages).toEqual(facts.messages);
      const { heads, promotion, shadow } = await readActiveModel(home.objects);
      expect(heads.map(({ name }) => name)).toEqual(['odir', 'odir-eye', 'new']);
      expect([promotion, shadow?.heads[0]?.name]).toEqual([1, 'tried']);
    } finally {
      await home.close();
    }
  });

  it('has every exam with its images and former results, opened once and again', async () => {
    const data = await unpack();
    for (let opening = 1; opening <= 2; opening += 1) {
      const home = await openLocalHome(data);
      try {
        for (const wanted of facts.exams) {
          const record = await home.exams.get(wanted);
          if (record === undefined) throw new Error(`Expected exam ${wanted.patient}.`);
          expect(record).toMatchObject({ status: wanted.status, revision: wanted.revision });
          for (const eye of ['left', 'right'] as const) {
            expect(currentImage(record, eye)?.sha256 ?? null).toBe(wanted.photographs[eye]);
          }
          const former = await listFormerResults(home.objects, record);
          expect(former.map(({ requestId }) => requestId)).toEqual(wanted.formerResults);
        }
        const listed = await home.exams.list('north', { listings: ['refer-urgent'], limit: 100 });
        expect(listed.items.map(({ patient }) => patient).sort()).toEqual(['P12', 'P14']);
      } finally {
        await home.close();
      }
    }
  });

  it('gets a journal of its store and keeps what people have said there, so that its database can be made again', async () => {
    const data = await unpack();
    const versions = () => {
      const database = new DatabaseSync(join(data, 'state.sqlite'), { readOnly: true });
      const rows = database.prepare('SELECT * FROM object_versions ORDER BY sequence').all();
      database.close();
      return rows;
    };
    await (await openLocalHome(data)).close();
    const before = versions();
    for (const end of ['', '-wal', '-shm']) await rm(join(data, `state.sqlite${end}`), { force: true });
    await expect(openLocalHome(data)).rejects.toThrow(/--rebuild/);
    const rebuilt = await rebuildDatabase(data);
    expect(versions()).toEqual(before);
    const verdicts = facts.exams.flatMap((exam) => exam.verdicts);
    expect(rebuilt).toMatchObject({
      objects: facts.objects,
      announced: facts.versionsOfImages,
      verdicts: verdicts.length,
      missing: [],
      unreadable: 0,
    });
    const home = await openLocalHome(data);
    try {
      for (const wanted of facts.exams.filter((exam) => exam.verdicts.length > 0)) {
        const record = await home.exams.get(wanted);
        expect(
          record?.reviews?.map(({ stage, reader, outcome }) => `${stage} ${reader} ${outcome}`),
          wanted.patient,
        ).toEqual(wanted.verdicts);
        expect(record?.revision).toBe(wanted.revision);
      }
    } finally {
      await home.close();
    }
  });

  it('does not run a schedule twice for one moment: schedule-due-1.json', async () => {
    const home = await openLocalHome(await unpack());
    try {
      const jobs = async () => (await listJobs(home.objects, 'north', { limit: 100 })).items.length;
      // As the host does: a job that screens must know what images are prepared for.
      await activate(home.objects, await activeModelOf(DEFAULT_MODEL));
      const before = await jobs();
      expect(before).toBe(facts.objects['job-records']);
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const parts = { home, configuration: new Configuration(home.objects), log };
      const handle = createPlanJob({
        ...parts,
        later: async () => undefined,
        start: async () => undefined,
        follow: async () => undefined,
      });
      await handle(await release.text('schedule-due-1.json'));
      expect(await jobs()).toBe(before);
      const later = { ...(await release.json('schedule-due-1.json')), at: '2026-11-27T17:41:58Z' };
      await handle(JSON.stringify(later));
      expect(await jobs()).toBe(before + 1);
    } finally {
      await home.close();
    }
  });
});

describe('a host on the data folder of release 0.1.0', () => {
  let system: RunningSystem;
  const lines = async (...words: string[]) =>
    (await system.retclip(...words, '--json'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));

  beforeAll(async () => {
    system = new RunningSystem(await unpack());
    await system.start();
  }, 60_000);
  afterAll(() => system.stop());

  it('goes on with what was asked for', async () => {
    // P11 waited in the queue; P10 had an answer and was asked for again by a job.
    for (let answered = false; !answered; await delay(250)) {
      const results = await system.results('north');
      const again = results.find(({ patient }) => patient === 'P10');
      answered = results.some(({ patient }) => patient === 'P11') && String(again?.screenedAt) > KILLED_AT;
    }
    // Nothing was prepared then: the worker has asked for the pixels of both eyes of both exams.
    const files = await readdir(join(system.dataFolder, 'prepared'), { recursive: true });
    expect(files.filter((file) => file.endsWith('.safetensors')).length).toBeGreaterThanOrEqual(4);
    const results = await system.results('north');
    const screened = facts.exams.filter(
      ({ program, status }) => program === 'north' && status !== 'registered',
    );
    // P06 waited for its second eye: the reconciler may have found by now that its window is over.
    const patients = results.map(({ patient }) => patient).filter((patient) => patient !== 'P06');
    expect(patients.sort()).toEqual(screened.map(({ patient }) => patient));
    expect((await system.results('south')).map(({ patient, outcome }) => [patient, outcome])).toEqual([
      ['P01', 'refer'],
    ]);
  }, 60_000);

  it('keeps every answer that it had', async () => {
    const results = await system.results('north');
    for (const wanted of facts.exams.filter(
      ({ program, status }) => program === 'north' && status === 'screened',
    )) {
      const line = results.find(({ patient }) => patient === wanted.patient);
      expect(line, wanted.patient).toMatchObject({
        exam: wanted.exam,
        outcome: wanted.outcome,
        flags: wanted.flags,
      });
      const positive =
        line?.findings.filter((finding) => finding.positive && finding.label !== 'normal') ?? [];
      expect(
        positive
          .map((found) => `${found.level} ${found.head}/${found.label} ${found.probability.toFixed(4)}`)
          .sort(),
      ).toEqual(wanted.positive);
      expect(
        line?.review?.verdicts.map(({ stage, reader, outcome }) => `${stage} ${reader} ${outcome}`) ?? [],
      ).toEqual(wanted.verdicts);
      if (wanted.final === undefined) continue;
      const { review, ...holds } = wanted.final;
      expect(line?.final).toMatchObject(holds);
      expect(line?.review?.status).toBe(review);
    }
  }, 60_000);

  it('has the jobs, the dead letters and the work that it had', async () => {
    // No schedule that was due before the end is due again, by schedule-fired-1.json.
    expect((await lines('job', 'list', '--program', 'north')).length).toBe(facts.objects['job-records']);
    const dead = await lines('redrive', 'intake', '--program', 'north', '--list');
    expect(dead).toMatchObject(facts.deadLetters.map(({ reason, exam }) => ({ reason, subject: exam })));
    const arbitration = await lines('worklist', '--program', 'north', '--stage', 'arbitration');
    expect(arbitration).toMatchObject([{ patient: 'P09', exam: '2026-03-09' }]);
  }, 60_000);
});
