import { describe, expect, it } from 'vitest';
import { FunctionRun } from '../../functions/testing/function-run.ts';
import { drawnRow, storeRows } from '../../test/erasure/drawn-features.ts';
import { foundIn } from '../../test/erasure/search-bytes.ts';
import { wrappedHome } from '../../test/erasure/wrapped-home.ts';
import type { ExamRecord } from '../exams/exam-record.ts';
import { reconciled } from '../reconciliation/testing/reconciled.ts';
import { EXAM } from '../testing/records.ts';
import { continueErasures } from './continue-erasures.ts';
import { erasePatient } from './erase-patient.ts';
import { eraseRestored } from './erase-restored.ts';

const OTHER = { ...EXAM, patient: 'P2' };
const BOTH = ['left', 'right'] as const;
const HOUR = 3_600;

async function screened(run: FunctionRun, exam = EXAM, name = 'first'): Promise<ExamRecord> {
  for (const eye of BOTH) await run.upload(eye, `${name} ${eye} of ${exam.patient}`, exam);
  await run.settle();
  const record = await run.exam(exam);
  if (record?.status !== 'screened') throw new Error('Expected a screened exam.');
  return record;
}

function clockOf(run: FunctionRun) {
  return { now: () => new Date(run.now()), mayGoOn: () => true };
}

function erase(run: FunctionRun, patient = EXAM.patient) {
  return erasePatient(run.home, { program: EXAM.program, patient, by: 'operator', now: clockOf(run).now });
}

async function receiptsOf(run: FunctionRun): Promise<readonly { readonly by: string }[]> {
  const { items } = await run.home.objects.list('programs/north/receipts/', { limit: 99 });
  return Promise.all(
    items.map(async ({ key }) =>
      JSON.parse(Buffer.from((await run.home.objects.get(key)).content).toString()),
    ),
  );
}

/** Photographs whose announcements are lost are announced again, and everything that follows is done. */
async function recover(run: FunctionRun): Promise<void> {
  run.pass(HOUR + 1);
  await reconciled(run.home, run.now());
  await run.settle();
  // The other eye does not come.
  run.pass(HOUR);
  await run.settle();
}

/** A patient who was erased, and whose record an older table has again. */
async function broughtBack(run: FunctionRun, exam = EXAM): Promise<ExamRecord> {
  const record = await screened(run, exam);
  await erase(run, exam.patient);
  await run.home.exams.restore(record);
  return record;
}

describe('a patient whom a restored table has brought back', () => {
  it('is erased again, with what was made of the exam meanwhile, and with a receipt', async () => {
    await using run = await FunctionRun.open();
    const other = await screened(run, OTHER);
    const record = await broughtBack(run);
    const row = { exam: EXAM, requestId: String(record.request?.requestId), seed: 3 };
    await storeRows(run.home.features, [row]);
    const needles = new Map([
      ['the pseudonym', Buffer.from('/P1/')],
      ...drawnRow(3).map((part, index) => [`row ${index}`, Buffer.from(part.buffer)] as const),
    ]);
    const { directory } = run.home.folder;
    expect((await foundIn(directory, needles)).length).toBeGreaterThan(4);

    expect(await eraseRestored(run.home, clockOf(run))).toBe(1);

    expect(await run.exam()).toBeUndefined();
    expect(await run.exam(OTHER)).toEqual(other);
    expect((await receiptsOf(run)).map(({ by }) => by).toSorted()).toEqual(['operator', 'reconciler']);
    run.pass(21 * 60);
    expect((await continueErasures(run.home, clockOf(run).now)).closed).toBe(1);
    expect(await foundIn(directory, needles)).toEqual([]);
  });

  it('is found after an erasure and a look at the table that came later than the restored one', async () => {
    await using run = await FunctionRun.open();
    const records = [await screened(run), await screened(run, OTHER)];
    await erase(run);
    expect(await eraseRestored(run.home, clockOf(run))).toBe(0);
    await erase(run, OTHER.patient);
    for (const record of records) await run.home.exams.restore(record);
    expect(await eraseRestored(run.home, clockOf(run))).toBe(2);
    expect(await run.exam()).toBeUndefined();
    expect(await run.exam(OTHER)).toBeUndefined();
  });

  it('keeps a photograph that came after the erasure, though it had joined the old exam', async () => {
    await using run = await FunctionRun.open();
    const record = await screened(run);
    await erase(run);
    // The older table has no tombstone either.
    const forgetful = {
      ...record,
      erasure: (await run.home.exams.latestErasure('north', 'P1')) ?? undefined,
    };
    await run.home.exams.restore(forgetful);
    await run.upload('right', 'second right of P1');
    await run.settle();
    expect((await run.exam())?.images).toHaveLength(3);

    expect(await eraseRestored(run.home, clockOf(run))).toBe(1);
    await recover(run);

    const { images = [], result } = (await run.exam()) ?? {};
    expect(images.map(({ laterality, state }) => `${laterality} ${state}`)).toEqual(['right current']);
    expect(result?.eyes.left?.image).toBeUndefined();
    expect(result?.eyes.right?.image.sha256).toBe(images[0]?.sha256);
    expect(await eraseRestored(run.home, clockOf(run))).toBe(0);
  });

  it('is erased with all photographs where that is asked for while the table is put right', async () => {
    await using run = await FunctionRun.open();
    await broughtBack(run);
    await run.upload('left', 'second left of P1');
    const killed = wrappedHome(run.home, (name, call) =>
      name === 'exams.remove' ? Promise.reject(new Error('killed')) : call(),
    );
    await expect(eraseRestored(killed, clockOf(run))).rejects.toThrow('killed');
    await erase(run);
    expect((await receiptsOf(run)).map(({ by }) => by)).toEqual(['operator', 'operator']);
    await recover(run);
    expect((await run.home.objects.listVersions('images/north/P1/', { limit: 9 })).items).toEqual([]);
    expect(await run.exam()).toBeUndefined();
  });

  it('is gone, and a later photograph there, whatever the step at which erasing again was killed', async () => {
    await using run = await FunctionRun.open();
    let steps = 0;
    for (let step = 0; steps === 0; step += 1 + Math.floor(step / 2)) {
      const exam = { ...EXAM, patient: `P-${step}` };
      const record = await broughtBack(run, exam);
      const { sha256 } = await run.upload('right', `second right of ${exam.patient}`, exam);
      let calls = 0;
      const killed = wrappedHome(run.home, (name, call) => {
        calls += 1;
        return calls > step ? Promise.reject(new Error(`killed at ${name}`)) : call();
      });
      const end = await eraseRestored(killed, clockOf(run)).catch(() => 'killed');
      if (end !== 'killed') steps = step;
      run.pass(180);
      await continueErasures(run.home, clockOf(run).now);
      await eraseRestored(run.home, clockOf(run));
      await run.settle();
      await recover(run);
      const { images = [] } = (await run.exam(exam)) ?? {};
      expect(images).toMatchObject([{ laterality: 'right', state: 'current', sha256 }]);
      expect(record.images.map((image) => image.sha256)).not.toContain(sha256);
    }
    expect(steps).toBeGreaterThan(30);
  }, 120_000);
});

describe('a patient who came again after an erasure', () => {
  it('stays, even if a photograph of the later exam is lost', async () => {
    await using run = await FunctionRun.open();
    await screened(run);
    await erase(run);
    const later = await screened(run, EXAM, 'second');
    const { key, versionId } = later.images[0] ?? { key: '', versionId: '' };
    await run.home.objects.deleteVersion(key, String(versionId));
    expect(await eraseRestored(run.home, clockOf(run))).toBe(0);
    expect(await run.exam()).toEqual(later);
  });

  it('stays though the clock was set back between', async () => {
    await using run = await FunctionRun.open();
    await screened(run);
    await erase(run);
    run.setClock(-15 * 24 * HOUR);
    const later = await screened(run, EXAM, 'second');
    expect(await eraseRestored(run.home, clockOf(run))).toBe(0);
    expect(await run.exam()).toEqual(later);
  });
});

describe('the look at the exam table', () => {
  it('is taken once after each erasure, and not without one', async () => {
    await using run = await FunctionRun.open();
    await screened(run);
    await screened(run, OTHER);
    let looks = 0;
    const counted = wrappedHome(run.home, (name, call) => {
      if (name === 'exams.facts') looks += 1;
      return call();
    });
    const look = async () => {
      await eraseRestored(counted, clockOf(run));
      return looks;
    };
    expect(await look()).toBe(0);
    await erase(run);
    expect(await look()).toBe(1);
    expect(await look()).toBe(1);
    await erase(run);
    expect(await look()).toBe(2);
    expect(await look()).toBe(2);
  });

  it('is taken again where there was no time for it', async () => {
    await using run = await FunctionRun.open();
    await broughtBack(run);
    expect(await eraseRestored(run.home, { ...clockOf(run), mayGoOn: () => false })).toBe(0);
    expect(await run.exam()).toBeDefined();
    expect(await eraseRestored(run.home, clockOf(run))).toBe(1);
    expect(await run.exam()).toBeUndefined();
  });
});
