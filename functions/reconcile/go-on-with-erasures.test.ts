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
