import { describe, expect, it } from 'vitest';
import { RepeatedWork } from './repeated-work.ts';

describe('repeated work', () => {
  it('goes on at once while there is more, after a pause else, and after a fault as well', async () => {
    const faults: string[] = [];
    const fourth = Promise.withResolvers<void>();
    let rounds = 0;
    const work = new RepeatedWork({
      round: async () => {
        rounds += 1;
        if (rounds === 2) throw new Error('the disk is full');
        if (rounds === 4) fourth.resolve();
        return rounds === 1;
      },
      pauseMilliseconds: 1,
      onFault: (reason) => faults.push(reason),
    });
    await fourth.promise;
    await work.stop();
    expect(faults).toEqual(['the disk is full']);
  });

  it('stops after the round in hand, and not only when its pause is over', async () => {
    const begun = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let aborted = false;
    const work = new RepeatedWork({
      round: async (signal) => {
        begun.resolve();
        await release.promise;
        aborted = signal.aborted;
        return true;
      },
      pauseMilliseconds: 3_600_000,
      onFault: () => undefined,
    });
    await begun.promise;
    const stopped = work.stop();
    release.resolve();
    await stopped;
    expect(aborted).toBe(true);

    let rounds = 0;
    const paused = new RepeatedWork({
      round: async () => {
        rounds += 1;
        return false;
      },
      pauseMilliseconds: 3_600_000,
      onFault: () => undefined,
    });
    await new Promise((resolve) => setImmediate(resolve));
    await paused.stop();
    expect(rounds).toBe(1);
  });
});
