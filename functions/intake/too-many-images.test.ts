import { expect, it } from 'vitest';
import { contentHolders } from '../../core/identity/content-register.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import { EXAM } from '../../core/testing/records.ts';
import { FunctionRun } from '../testing/function-run.ts';

it('a thirteenth image of an eye is buried with what to do, and the exam is screened by the twelve', async () => {
  await using run = await FunctionRun.open();
  const put = (place: string, content: string) =>
    run.home.objects.put(imageKey(EXAM, 'left', 'jpg', place), Buffer.from(content), {
      metadata: { 'expected-left': '12', 'expected-right': '1' },
    });
  for (let place = 1; place <= 12; place += 1) await put(`${place}`, `L${'-'.repeat(place)}`);
  await run.settleArrivals();
  const { sha256 } = await put('13', 'one too many');
  await run.settleArrivals();
  const [letter, ...others] = await run.deadLetters('intake');
  expect(others).toEqual([]);
  expect(letter?.attributes.reason).toMatch(/left-13\.jpg" was not taken into exam north\/P1\/2026-05-01/);
  expect(letter?.attributes.remedy).toContain('retclip redrive intake');
  expect(await contentHolders(run.home.objects, 'north', sha256)).toEqual([]);
  await run.home.objects.put(imageKey(EXAM, 'right', 'jpg'), Buffer.from('R'));
  await run.settleArrivals();
  const [request] = await run.screen();
  expect(request?.images.map(({ laterality }) => laterality)).toEqual([
    ...Array.from({ length: 12 }, () => 'left'),
    'right',
  ]);
});
