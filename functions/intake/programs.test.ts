import { expect, it } from 'vitest';
import { REGISTER_PREFIX } from '../../core/programs/program-register.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';

it('lists programs whose photographs came straight into the store, each written down once', async () => {
  await using run = await FunctionRun.open();
  for (const [program, patients] of [
    ['north', 3],
    ['south', 1],
  ] as const) {
    for (let index = 0; index < patients; index += 1) {
      const exam = { program, patient: `P${index}`, exam: '1' };
      await run.upload('left', `L${index}`, exam);
      await run.upload('right', `R${index}`, exam);
    }
  }
  while ((await run.deliver('intake')) > 0);
  const { body } = await apiClient(run).get('/v1/programs');
  expect(body.items).toEqual(['north', 'south']);
  const { items } = await run.home.objects.listVersions(REGISTER_PREFIX, { limit: 10 });
  expect(items).toHaveLength(2);
});
