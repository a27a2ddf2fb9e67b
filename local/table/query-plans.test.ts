import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { EXAM_LISTINGS } from '../../core/exams/exam-listing.ts';
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
  const exams = new LocalExamTable(database, { ofPatient: async () => 'hash' } as never);
  await screenedExams(exams, [
    [{ program: 'north', patient: 'P1', exam: '1' }, 'refer'],
    [{ program: 'north', patient: 'P2', exam: '1' }, 'refer'],
  ]);
  const where = { label: { name: 'glaucoma', minimum: 0.5 }, reviewed: false };
  for (const order of ['newest-first', 'oldest-first'] as const) {
    await exams.list('north', { listings: EXAM_LISTINGS, where, order, limit: 10 });
    await exams.workList('north', { stage: 'first', order, limit: 10 });
  }
  await exams.facts('north', { listings: EXAM_LISTINGS, limit: 10 });
  for (const order of ['newest-first', 'oldest-first'] as const) {
    const { cursor } = await exams.facts('north', { listings: ['refer'], order, limit: 1 });
    expect(cursor).toBeDefined();
    await exams.facts('north', { listings: ['refer'], order, limit: 1, cursor });
  }
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
    expect(plan.join('\n'), sql).toMatch(/USING (?:(?:COVERING )?INDEX|PRIMARY KEY)/);
    // Of two bounds on one side SQLite seeks by one and walks to the other: deep pages would cost what all before cost.
    for (const side of ['<', '>']) {
      const bounds = sql.match(new RegExp(`(listed_at|due_at) ${side}=? \\?`, 'g')) ?? [];
      expect(bounds.length, sql).toBeLessThanOrEqual(1);
    }
    if (sql.includes('INDEXED BY')) expect(plan.join('\n'), sql).toContain('COVERING INDEX');
  }
});
