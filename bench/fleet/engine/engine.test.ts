import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Engine } from './engine.ts';
import { erlangC, erlangWait } from './erlang-c.ts';
import { Meter } from './meter.ts';
import { Random } from './random.ts';
import { Pool, Station } from './station.ts';

const times = fc.array(fc.double({ min: 0, max: 1_000, noNaN: true }), { maxLength: 200 });

describe('the engine', () => {
  it('lets everything happen once, in the order of its time, and of its planning where that is the same', () => {
    fc.assert(
      fc.property(times, (planned) => {
        const engine = new Engine();
        const happened: (readonly [time: number, index: number])[] = [];
        for (const [index, time] of planned.entries())
          engine.at(time, () => happened.push([engine.now, index]));
        engine.run();
        const expected = planned.map((time, index) => [time, index] as const);
        expect(happened).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
      }),
    );
  });

  it('plans nothing in the past', () => {
    const engine = new Engine();
    engine.run(5);
    expect(() => engine.at(4, () => undefined)).toThrow(RangeError);
  });

  it('stops where it is told to, and goes on from there', () => {
    const engine = new Engine();
    const seen: number[] = [];
    for (const time of [1, 2, 3]) engine.at(time, () => seen.push(time));
    engine.run(2);
    expect([seen, engine.now]).toEqual([[1, 2], 2]);
    engine.run();
    expect(seen).toEqual([1, 2, 3]);
  });
});

describe('a station', () => {
  it('ends each arrival exactly once, whatever its servers, batches and shared pool', () => {
    const shape = fc.record({
      arrivals: times,
      servers: fc.integer({ min: 1, max: 5 }),
      batch: fc.integer({ min: 1, max: 7 }),
      limit: fc.integer({ min: 1, max: 6 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(shape, ({ arrivals, servers, batch, limit, seed }) => {
        const engine = new Engine();
        const random = new Random(seed);
        const pool = new Pool(limit);
        const ended: number[] = [];
        const stations = [0, 1].map(
          (number) =>
            new Station<number>(engine, {
              name: `station ${number}`,
              servers: () => servers,
              batch,
              seconds: () => random.exponential(3),
              done: (item) => ended.push(item),
              pool,
            }),
        );
        for (const [index, time] of arrivals.entries())
          engine.at(time, () => stations[index % 2]?.offer(index));
        engine.run();
        expect(ended.toSorted((a, b) => a - b)).toEqual(arrivals.map((_, index) => index));
        expect(pool.inUse).toBe(0);
        expect(pool.mostInUse).toBeLessThanOrEqual(limit);
        for (const { waiting, busy } of stations) expect([waiting, busy]).toEqual([0, 0]);
      }),
    );
  });

  it.each([
    [1, 0.5],
    [3, 2.4],
    [8, 7],
  ])('with %i servers and a load of %d lets wait as Erlang C says', (servers, load) => {
    const engine = new Engine();
    const random = new Random(11);
    const arrivals = 300_000;
    const station = new Station<null>(engine, {
      name: 'M/M/c',
      servers: () => servers,
      batch: 1,
      seconds: () => random.exponential(1),
      done: () => undefined,
    });
    const arrive = (left: number) => {
      station.offer(null);
      if (left > 1) engine.after(random.exponential(1 / load), () => arrive(left - 1));
    };
    arrive(arrivals);
    engine.run();
    expect(station.taken).toBe(arrivals);
    const expected = erlangWait(servers, load, 1);
    expect(Math.abs(station.waited / arrivals - expected) / expected).toBeLessThan(0.08);
  });
});

describe("Erlang's C", () => {
  it('is the load for one server, and 1/3 for two of a load of one', () => {
    expect(erlangC(1, 0.3)).toBeCloseTo(0.3, 12);
    expect(erlangC(2, 1)).toBeCloseTo(1 / 3, 12);
    // A table of telephony: 5 servers, 3 Erlang.
    expect(erlangC(5, 3)).toBeCloseTo(0.2362, 4);
  });
});

describe('a meter', () => {
  it('lets through no more than its rate, once what it has saved is used up', () => {
    const engine = new Engine();
    const meter = new Meter(engine, 'writes', 100, 1);
    const through: number[] = [];
    for (let index = 0; index < 1_000; index += 1) meter.take(1, () => through.push(engine.now));
    engine.run();
    expect(through).toHaveLength(1_000);
    expect(through.at(-1)).toBeCloseTo(9, 6);
    expect(meter.delayed).toBe(900);
  });

  it('delays nothing below its rate', () => {
    const engine = new Engine();
    const meter = new Meter(engine, 'writes', 100);
    for (let index = 0; index < 500; index += 1) engine.at(index / 50, () => meter.take(1, () => undefined));
    engine.run();
    expect([meter.delayed, meter.used]).toEqual([0, 500]);
  });
});

describe('random numbers', () => {
  it('follow from their seed, and lie where they are asked for', () => {
    const drawn = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 1_000 }, () => random.uniform(2, 3));
    };
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
    for (const value of drawn(5)) expect(value >= 2 && value < 3).toBe(true);
    const mean = drawn(7).reduce((sum, value) => sum + value, 0) / 1_000;
    expect(mean).toBeCloseTo(2.5, 1);
  });

  it('are exponential with the mean that is asked for', () => {
    const random = new Random(3);
    const drawn = Array.from({ length: 200_000 }, () => random.exponential(4));
    expect(drawn.reduce((sum, value) => sum + value, 0) / drawn.length).toBeCloseTo(4, 1);
    expect(drawn.filter((value) => value > 4).length / drawn.length).toBeCloseTo(Math.exp(-1), 2);
  });
});
