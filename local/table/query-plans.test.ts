import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { EXAM_LISTINGS } from '../../core/exams/exam-record.ts';
import { screenedExams } from '../../functions/testing/screened-exams.ts';
import { Database } from '../database/database.ts';
import { LocalExamTable } from './local-exam-table.ts';

it('answers every question about exams from an index, and scans nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'plans-'));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(directory, { recursive: true }));
  const file = join(directory, 'state.sqlite');
  const database = new Database(file, directory);
  cleanUp.defer(async () => database.close());
  const asked = new Set<string>();
  for (const method of ['get', 'all'] as const) {
    const original = database[method].bind(database) as (sql: string, ...rest: never[]) => never;
    database[method] = ((sql: string, ...rest: never[]) => {
      asked.add(sql);
      return original(sql, ...rest);
    }) as never;
  }
  const exams = new LocalExamTable(database);
  await screenedExams(exams, [[{ program: 'north', patient: 'P1', exam: '1' }, 'refer']]);
  const where = { label: { name: 'glaucoma', minimum: 0.5 }, reviewed: false };
  for (const order of ['newest-first', 'oldest-first'] as const) {
    await exams.list('north', { listings: EXAM_LISTINGS, where, order, limit: 10 });
    await exams.workList('north', { stage: 'first', order, limit: 10 });
  }
  await exams.facts('north', { listings: EXAM_LISTINGS, limit: 10 });
  await exams.listByPatient('north', 'P1', { limit: 10 });
  await exams.get({ program: 'north', patient: 'P1', exam: '1' });
  await exams.count('north');

  const reader = new DatabaseSync(file, { readOnly: true });
  cleanUp.defer(async () => reader.close());
  expect(asked.size).toBeGreaterThanOrEqual(7);
  for (const sql of asked) {
    const plan = reader
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail));
    expect(plan.join('\n'), sql).not.toMatch(/^SCAN|TEMP B-TREE/m);
    expect(plan.join('\n'), sql).toMatch(/USING (COVERING )?INDEX/);
    if (sql.includes('INDEXED BY')) expect(plan.join('\n'), sql).toContain('COVERING INDEX');
  }
});
