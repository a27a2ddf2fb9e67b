import { z } from 'zod';
import { GRACE } from '../grace.ts';
import { type Stage, WEEKLY } from '../stage.ts';

const MOST_AT_ONCE = 1_000;
const position = z.object({ round: z.number() });

/**
 * Files of one machine's store that no version of an object names: of a write that was cut short, or of what an older
 * database does not know. They are removed after a month: until then a restored database may give way to the right one.
 */
export const unnamedContents: Stage<z.infer<typeof position>> = {
  everySeconds: WEEKLY,
  isOfOneProgram: false,
  position,
  begin: { round: 1 },

  async step(sweep, { round }) {
    const { unnamed } = sweep.home;
    if (unnamed === undefined) return null;
    const old: string[] = [];
    let looked = 0;
    for await (const { sha256, since } of unnamed.list()) {
      looked += 1;
      if (sweep.ageOf(since) > GRACE.contents) old.push(sha256);
      if (old.length === MOST_AT_ONCE) break;
    }
    await sweep.settle('content-unnamed', old, () => sweep.each(old, (sha256) => unnamed.remove(sha256)));
    sweep.count(looked);
    // In a dry run the next round would find the same.
    return old.length === MOST_AT_ONCE && !sweep.isDry ? { round: round + 1 } : null;
  },
};
