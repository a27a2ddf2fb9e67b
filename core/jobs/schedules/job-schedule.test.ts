import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../errors.ts';
import { temporaryHome } from '../../testing/temporary-home.ts';
import {
  createSchedule,
  deleteSchedule,
  type JobSchedule,
  listSchedules,
  readSchedule,
  schedulerName,
  storeSchedule,
} from './job-schedule.ts';

describe('schedules', () => {
  const NOW = new Date('2026-05-01T08:00:00Z');
  const schedule = (program: string, name: string): JobSchedule => ({
    ...{ schema: 'job-schedule/1', program, schedule: name, expression: 'rate(1 day)', timeZone: 'UTC' },
    request: { mode: 'rescore', selection: {}, heads: [], thresholds: {}, shadow: false },
    ...{ state: 'active', createdAt: '2026-05-01T00:00:00.000Z', createdBy: 'operator' },
  });

  it('are kept, listed and ended', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const [a, b, c] = [schedule('north', 'a'), schedule('north', 'b'), schedule('south', 'c')];
    for (const one of [a, b, c]) await storeSchedule(objects, one, NOW);
    expect(await readSchedule(objects, 'north', 'a')).toEqual(a);
    expect(await readSchedule(objects, 'south', 'a')).toBeUndefined();
    await objects.put('job-schedules/north/notes.txt', Buffer.from('of another hand'));
    expect(await listSchedules(objects, 'north', { limit: 9 })).toStrictEqual({ items: [a, b] });
    const first = await listSchedules(objects, null, { limit: 2 });
    expect(first.items).toEqual([a, b]);
    expect((await listSchedules(objects, null, { limit: 2, cursor: first.cursor })).items).toEqual([c]);
    expect(await deleteSchedule(objects, a)).toEqual({ ...a, state: 'deleted' });
    expect(await readSchedule(objects, 'north', 'a')).toEqual({ ...a, state: 'deleted' });
  });

  it('are made of a request, from now on and under an id of their own', async () => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    const { request } = schedule('north', 'a');
    const order = {
      ...{ program: 'north', expression: 'rate(1 day)', timeZone: 'UTC', createdBy: 'anna' },
      request,
    };
    const made = await createSchedule(objects, order, NOW);
    expect(made).toEqual({
      ...{ schema: 'job-schedule/1', ...order, state: 'active', createdAt: '2026-05-01T08:00:00.000Z' },
      schedule: expect.stringMatching(/^20260501T080000\.000Z-[0-9a-f]{8}$/),
    });
    expect(await readSchedule(objects, 'north', made.schedule)).toEqual(made);
    await expect(createSchedule(objects, { ...order, timeZone: 'Mars' }, NOW)).rejects.toThrow(
      InvalidInputError,
    );
  });

  it('that would never be due are refused', async () => {
    await using temporary = await temporaryHome();
    const past = { ...schedule('north', 'a'), expression: 'at(2020-01-01T00:00:00)' };
    await expect(storeSchedule(temporary.home.objects, past, NOW)).rejects.toThrow(InvalidInputError);
    await expect(storeSchedule(temporary.home.objects, past, NOW)).rejects.toThrow(/lies in the past/);
    expect(await readSchedule(temporary.home.objects, 'north', 'a')).toBeUndefined();
  });

  it('have a name that EventBridge takes, one for each program and schedule', () => {
    const names = [
      ['north', 'a'],
      ['north', 'b'],
      ['nor', 'tha'],
    ].map(([program = '', name = '']) => schedulerName({ program, schedule: name }));
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name).toMatch(/^job-[0-9a-f]{40}$/);
  });
});
