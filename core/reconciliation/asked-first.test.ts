import { expect, it, vi } from 'vitest';
import { registerProgram } from '../programs/program-register.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { forgetInReconciliations } from './forget-patient.ts';
import { type ReconcileOptions, reconcile } from './reconcile.ts';
import { StoredRecord } from './stored-record.ts';

const AT_START = { stages: { dueAnd: ['images', 'waiting-exams'] } } as const;
const EVERYTHING = { program: null, isDry: false } as const;

/** A home of three programs, whose exams' records take a step each. */
async function threePrograms() {
  const temporary = await temporaryHome();
  const { home } = temporary;
  for (const program of ['east', 'north', 'south']) await registerProgram(home.objects, program);
  const reconciled = async (change: Partial<ReconcileOptions> & { readonly steps?: number }) => {
    const { steps = Number.POSITIVE_INFINITY, ...more } = change;
    const done: string[] = [];
    let left = steps;
    const record = await reconcile({
      ...{ home, ...EVERYTHING, stages: 'all' as const, onStage: (name) => done.push(name) },
      mayGoOn: () => {
        left -= 1;
        return left >= 0;
      },
      ...more,
    });
    return { done, run: record.run };
  };
  return { home, reconciled, [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() };
}

it('what a start asks for is done before what is left of a run that was cut short, and that goes on where it stood', async () => {
  await using system = await threePrograms();
  const facts = vi.spyOn(system.home.exams, 'facts');
  const only = { stages: { only: ['exam-records', 'jobs'] } } as const;
  // Cut short behind the second of three programs.
  const cut = await system.reconciled({ ...only, steps: 2 });
  expect(cut.run).toMatchObject({ left: ['exam-records', 'jobs'] });
  expect(facts.mock.calls.map(([program]) => program)).toEqual(['east', 'north']);
  facts.mockClear();
  const start = await system.reconciled(AT_START);
  expect(start.done).toEqual(['images', 'waiting-exams', 'exam-records', 'jobs']);
  // `waiting-exams` looks at each program; `exam-records` at the one that was left.
  expect(facts.mock.calls.map(([program]) => program)).toEqual(['east', 'north', 'south', 'south']);
  expect(start.run).toBeNull();
});

it('a start that is itself cut short is repeated, and nothing of the run is lost', async () => {
  await using system = await threePrograms();
  const facts = vi.spyOn(system.home.exams, 'facts');
  await system.reconciled({ stages: { only: ['exam-records', 'jobs'] }, steps: 2 });
  for (const steps of [0, 1, 2]) await system.reconciled({ ...AT_START, steps });
  facts.mockClear();
  const last = await system.reconciled(AT_START);
  // It was cut short amid `waiting-exams`: that goes on, and then all that the start asks for is looked at from its beginning.
  expect(last.done).toEqual(['waiting-exams', 'images', 'waiting-exams', 'exam-records', 'jobs']);
  const each = ['east', 'north', 'south'];
  expect(facts.mock.calls.map(([program]) => program)).toEqual([...each, ...each, 'south']);
});

it('a run whose next stage has not begun does it when its turn comes', async () => {
  await using system = await threePrograms();
  await system.reconciled({ stages: { only: ['images', 'jobs'] }, steps: 1 });
  expect((await system.reconciled(AT_START)).done).toEqual(['images', 'waiting-exams', 'jobs']);
});

it('what waits in the queues is counted again for what a start asks for', async () => {
  await using system = await threePrograms();
  const { queue } = system.home.queues.intake;
  await queue.send([{ body: 'waited when the run began' }]);
  await system.reconciled({ stages: { only: ['exam-records'] }, steps: 1 });
  const [message] = await queue.receive({ maxMessages: 1, waitSeconds: 0 });
  await queue.delete([message?.receipt ?? '']);
  const { run } = await system.reconciled({ ...AT_START, steps: 0 });
  expect(run?.waiting.intake).toBe(0);
});

it('a paused stage names no patient who is erased meanwhile, and begins again', async () => {
  await using system = await threePrograms();
  const { objects } = system.home;
  await system.reconciled({ stages: { only: ['exam-records'] }, steps: 1 });
  await system.reconciled({ ...AT_START, steps: 0 });
  const stored = await StoredRecord.read(objects, EVERYTHING);
  const { run } = stored.content;
  const progress = run?.paused?.['exam-records'];
  if (run === null || progress === undefined) throw new Error('Expected a paused stage.');
  const findings = {
    'record-unreadable': { found: 2, done: 0, examples: ['north/P1/2026', 'north/P10/2026'] },
  };
  const position = { ...(progress.position as object), cursor: 'north/P1/2026' };
  const paused = { 'exam-records': { ...progress, position, findings } };
  await stored.write({ ...stored.content, run: { ...run, paused } });
  await forgetInReconciliations(objects, 'north', 'P1');
  const after = (await StoredRecord.read(objects, EVERYTHING)).content.run?.paused?.['exam-records'];
  expect(JSON.stringify(after)).not.toMatch(/P1\b/);
  expect(after?.findings).toEqual({
    'record-unreadable': { found: 2, done: 0, examples: ['north/P10/2026'] },
  });
  const facts = vi.spyOn(system.home.exams, 'facts');
  expect((await system.reconciled({ stages: { dueAnd: [] } })).done).toContain('exam-records');
  expect(facts.mock.calls.map(([program]) => program).slice(-3)).toEqual(['east', 'north', 'south']);
});
