import { expect, it } from 'vitest';
import { FunctionRun } from '../../../functions/testing/function-run.ts';
import { erasePatient } from '../../patients/erase-patient.ts';
import { reconcile } from '../reconcile.ts';
import { reconciled } from '../testing/reconciled.ts';

const ERASURES = { stages: { only: ['erasures'] } } as const;

it('an erasure whose record cannot be read is shown by name, of its program', async () => {
  await using run = await FunctionRun.open();
  const now = () => new Date(run.now());
  for (const program of ['north', 'south'])
    for (const patient of ['A', 'B']) await erasePatient(run.home, { program, patient, by: 'operator', now });
  expect(await reconciled(run.home, run.now(), ERASURES)).toEqual({});
  const { items } = await run.home.objects.list('erasures/south/', { limit: 9 });
  const key = items[1]?.key ?? '';
  await run.home.objects.put(key, Buffer.from('{"schema":"erasure/1"}'));
  const shown = { 'erasure-unreadable': { found: 1, done: 0, examples: [key] } };
  expect(await reconciled(run.home, run.now(), ERASURES)).toEqual(shown);
  expect(await reconciled(run.home, run.now(), { ...ERASURES, program: 'south' })).toEqual(shown);
  expect(await reconciled(run.home, run.now(), { ...ERASURES, program: 'north' })).toEqual({});
  // What is shown is no pseudonym.
  expect(key).toMatch(/^erasures\/south\/[0-9a-f]{16,}\.json$/);
});

it('a store that cannot be reached is no damage', async () => {
  await using run = await FunctionRun.open();
  await erasePatient(run.home, {
    program: 'north',
    patient: 'A',
    by: 'operator',
    now: () => new Date(run.now()),
  });
  const get: typeof run.home.objects.get = async (key, options) => {
    if (key.startsWith('erasures/')) throw new Error('no connection');
    return run.home.objects.get(key, options);
  };
  const objects = new Proxy(run.home.objects, {
    get: (target, name) => {
      if (name === 'get') return get;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const home = { ...run.home, objects };
  const options = { program: null, isDry: false, mayGoOn: () => true, now: () => new Date(run.now()) };
  await expect(reconcile({ home, ...options, ...ERASURES })).rejects.toThrow('no connection');
});
