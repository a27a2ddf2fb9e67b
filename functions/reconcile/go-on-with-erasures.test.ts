import { expect, it } from 'vitest';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import { EXAM } from '../../core/testing/records.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { goOnWithErasures } from './go-on-with-erasures.ts';

it('tells in numbers of what it went on with, and of what a restored table had brought back', async () => {
  await using run = await FunctionRun.open();
  const lines: unknown[] = [];
  const tell = (message: string, facts?: object) => void lines.push([message, facts]);
  const now = () => new Date(run.now());
  const goOn = async () => {
    await goOnWithErasures({
      ...{ home: run.home, log: { info: tell, warn: tell, error: tell }, mayGoOn: () => true, now },
    });
    return lines.splice(0);
  };
  expect(await goOn()).toEqual([]);
  await run.upload('left', 'left');
  await run.upload('right', 'right');
  await run.settle();
  const record = await run.exam();
  if (record === undefined) throw new Error('Expected an exam.');
  const { program, patient } = EXAM;
  await erasePatient(run.home, { program, patient, by: 'operator', now });
  expect(await goOn()).toEqual([]);

  run.pass(21 * 60);
  expect(await goOn()).toEqual([['Erasures were gone on with', { resumed: 0, closed: 1 }]]);

  // Of the next erasure the table knows nothing.
  await run.home.exams.restore(record);
  await erasePatient(run.home, { program, patient, by: 'operator', now });
  await run.home.exams.restore(record);
  expect(await goOn()).toEqual([['A restored table had brought erased patients back', { erasedAgain: 1 }]]);
  expect(await run.exam()).toBeUndefined();
  expect(await goOn()).toEqual([]);
});

it('goes on with every other erasure where the record of one cannot be read, and says nothing each minute', async () => {
  await using run = await FunctionRun.open();
  const lines: unknown[] = [];
  const tell = (message: string, facts?: object) => void lines.push([message, facts]);
  const now = () => new Date(run.now());
  const log = { info: tell, warn: tell, error: tell };
  const options = { home: run.home, log, mayGoOn: () => true, now };
  const erase = (patient: string) =>
    erasePatient(run.home, { program: EXAM.program, patient, by: 'operator', now });
  for (const patient of ['A', 'B', 'C']) await erase(patient);
  const left = async () =>
    (await run.home.objects.list('erasures/north/', { limit: 9 })).items.map(({ key }) => key);
  const [, damaged = ''] = await left();
  await run.home.objects.put(damaged, Buffer.from('{"schema":"erasure/1","sta'));
  run.pass(21 * 60);
  await goOnWithErasures(options);
  expect(lines).toEqual([['Erasures were gone on with', { resumed: 0, closed: 2 }]]);
  expect(await left()).toEqual([damaged]);
  // Asked for again, the damaged one is begun again, and comes to its end.
  for (const patient of ['A', 'B', 'C']) await erase(patient);
  run.pass(21 * 60);
  await goOnWithErasures(options);
  expect(await left()).toEqual([]);
});

it('goes on with every other erasure, and with restored tables, where one fails, and then says so', async () => {
  await using run = await FunctionRun.open();
  const errors: unknown[] = [];
  const now = () => new Date(run.now());
  for (const patient of ['A', 'B', 'C'])
    await erasePatient(run.home, { program: EXAM.program, patient, by: 'operator', now });
  run.pass(21 * 60);
  const failing = {
    ...run.home,
    vectors: {
      ...run.home.vectors,
      remove: async (_: string, patient: string) => {
        if (patient === 'B') throw new Error('the index cannot be reached');
      },
    },
  };
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (message: string, facts?: object) => void errors.push([message, facts]),
  };
  const parts = { log, mayGoOn: () => true, now };
  const home = failing as unknown as typeof run.home;
  await expect(goOnWithErasures({ home, ...parts })).rejects.toThrow(
    /^An erasure could not be gone on with.*the index cannot be reached/,
  );
  expect(errors).toMatchObject([
    [expect.stringContaining('is tried again'), { reason: 'the index cannot be reached' }],
  ]);
  expect((await run.home.objects.list('erasures/north/', { limit: 9 })).items).toHaveLength(1);
  await goOnWithErasures({ home: run.home, ...parts });
  expect((await run.home.objects.list('erasures/north/', { limit: 9 })).items).toEqual([]);
});
