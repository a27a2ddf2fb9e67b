import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { registeredExam, screenedExam } from '../../test/conformance/exam-records.ts';
import { openLocalHome } from '../home.ts';

/** Turns the exams' table into what format 1 had. */
function makeFormat1(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`
    DROP INDEX exams_by_listing;
    DROP INDEX exams_by_work_list;
    DROP INDEX object_versions_in_order;
    ALTER TABLE exams DROP COLUMN work_list;
    ALTER TABLE exams DROP COLUMN due_at;
    ALTER TABLE exams DROP COLUMN facts;
    ALTER TABLE exams DROP COLUMN listed_at;
    ALTER TABLE exams ADD COLUMN listed_at INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX exams_by_listing ON exams (program, listing, listed_at, patient, exam);
    PRAGMA user_version = 1;
  `);
  database.close();
}

it('keeps every exam of a folder of format 1, and lists it as before and in the work list', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'migration-'));
  const old = await openLocalHome(directory);
  const saved = [];
  for (const patient of ['P1', 'P2', 'P3']) {
    const waiting = registeredExam({ program: 'north', patient, exam: '1' }, '2026-05-01T00:00:00.000Z');
    const screened = screenedExam(waiting, 'refer', `2026-05-0${patient.slice(1)}T00:00:00.000Z`);
    saved.push(await old.exams.save(patient === 'P3' ? waiting : screened));
  }
  await old.close();
  makeFormat1(old.folder.database);

  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(directory, { recursive: true }));
  const home = await openLocalHome(directory);
  cleanUp.defer(() => home.close());
  const page = { limit: 10 };
  expect((await home.exams.list('north', { listings: ['refer'], ...page })).items).toEqual([
    saved[1],
    saved[0],
  ]);
  expect((await home.exams.list('north', { listings: ['registered'], ...page })).items).toEqual([saved[2]]);
  expect((await home.exams.workList('north', { stage: 'first', ...page })).items).toEqual(saved.slice(0, 2));
});
