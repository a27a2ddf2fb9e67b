import type { Random } from '../engine/random.ts';

/** When exams come, in seconds, in their order. */
export type Arrivals = (random: Random) => Iterable<number>;

/** A day's photographs, sent one exam after another as fast as a line carries them. */
export function fieldDay(exams: number, examsPerSecond: number): Arrivals {
  return function* (random) {
    let time = 0;
    for (let index = 0; index < exams; index += 1) {
      time += random.exponential(1 / examsPerSecond);
      yield time;
    }
  };
}

/** A working day of a country: they come at random, most of them at noon, twice as often as on average. */
export function nationalDay(exams: number, hours: number): Arrivals {
  const seconds = hours * 3_600;
  const most = (2 * exams) / seconds;
  return function* (random) {
    let time = 0;
    for (;;) {
      time += random.exponential(1 / most);
      if (time >= seconds) return;
      // Thinned, after Lewis and Shedler (1979): the rate is that of a sine squared.
      if (random.uniform() < Math.sin((Math.PI * time) / seconds) ** 2) yield time;
    }
  };
}
