import { z } from 'zod';
import { listErasures, readErasure } from '../../erasures/erasure-record.ts';
import { ConfigurationError } from '../../errors.ts';
import { HOURLY, type Stage } from '../stage.ts';

const position = z.object({});

/** Erasures that are not over: one whose record cannot be read is gone on with by no call, and its patient is not erased. */
export const erasures: Stage<z.infer<typeof position>> = {
  everySeconds: HOURLY,
  isOfOneProgram: true,
  position,
  begin: {},

  async step(sweep) {
    const keys = await listErasures(sweep.home.objects, sweep.program);
    const found = await sweep.each(keys, async (key) => {
      try {
        await readErasure(sweep.home.objects, key);
        return [];
      } catch (error) {
        if (error instanceof ConfigurationError) return [key];
        throw error;
      }
    });
    for (const key of found.flat()) sweep.show('erasure-unreadable', key);
    sweep.count(keys.length);
    return null;
  },
};
