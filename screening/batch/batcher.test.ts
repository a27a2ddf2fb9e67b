import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Batcher } from './batcher.ts';

interface Exam {
  readonly name: string;
  readonly places: number;
}

const AGE = 100;

function batcherOf(size: number, isBusy: () => boolean = () => false) {
  const batches: string[][] = [];
  const batcher = new Batcher<Exam>({
    size,
    ageMilliseconds: AGE,
    isBusy,
    onBatch: (exams) => batches.push(exams.map(({ name }) => name)),
  });
  return { batcher, batches };
}

const pair = (name: string): Exam => ({ name, places: 2 });
const single = (name: string): Exam => ({ name, places: 1 });

describe('a batch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('leaves at once when it is full', () => {
    const { batcher, batches } = batcherOf(4);
    batcher.add(pair('a'));
    expect(batches).toEqual([]);
    batcher.add(pair('b'));
    expect(batches).toEqual([['a', 'b']]);
  });

  it('leaves with a free place rather than part the eyes of an exam', () => {
    const { batcher, batches } = batcherOf(4);
    for (const exam of [pair('a'), single('b'), pair('c')]) batcher.add(exam);
    expect(batches).toEqual([['a', 'b']]);
    vi.advanceTimersByTime(AGE);
    expect(batches).toEqual([['a', 'b'], ['c']]);
  });

  it('leaves when its first exam has waited long enough', () => {
    const { batcher, batches } = batcherOf(8);
    batcher.add(pair('a'));
    vi.advanceTimersByTime(AGE - 1);
    batcher.add(pair('b'));
    expect(batches).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(batches).toEqual([['a', 'b']]);
  });

  it('stays open for others while the model is busy, and leaves when it is free', () => {
    let busy = true;
    const { batcher, batches } = batcherOf(8, () => busy);
    batcher.add(pair('a'));
    vi.advanceTimersByTime(10 * AGE);
    batcher.add(single('b'));
    expect(batches).toEqual([]);
    busy = false;
    batcher.free();
    expect(batches).toEqual([['a', 'b']]);
  });

  it('does not leave early because the model became free before it was old', () => {
    const { batcher, batches } = batcherOf(8);
    batcher.add(pair('a'));
    batcher.free();
    expect(batches).toEqual([]);
  });

  it('of nothing never leaves', () => {
    const { batcher, batches } = batcherOf(4);
    batcher.flush();
    batcher.free();
    vi.advanceTimersByTime(10 * AGE);
    expect(batches).toEqual([]);
  });

  it('holds every exam once, in order, and never more than it has places for', () => {
    const action = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(1, 2) },
      { weight: 1, arbitrary: fc.constantFrom('wait', 'busy', 'free', 'flush') },
    );
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.array(action, { maxLength: 60 }), (size, actions) => {
        let busy = false;
        const { batcher, batches } = batcherOf(size, () => busy);
        const added: string[] = [];
        for (const [index, taken] of actions.entries()) {
          if (typeof taken === 'number') {
            added.push(`${index}:${taken}`);
            batcher.add({ name: `${index}:${taken}`, places: taken });
          } else if (taken === 'wait') vi.advanceTimersByTime(AGE);
          else if (taken === 'flush') batcher.flush();
          else {
            busy = taken === 'busy';
            if (!busy) batcher.free();
          }
        }
        busy = false;
        batcher.free();
        vi.advanceTimersByTime(AGE);
        expect(batches.flat()).toEqual(added);
        for (const batch of batches) {
          const places = batch.reduce((sum, name) => sum + Number(name.split(':')[1]), 0);
          expect(places).toBeLessThanOrEqual(size);
          expect(places).toBeGreaterThan(0);
        }
      }),
    );
  });
});
