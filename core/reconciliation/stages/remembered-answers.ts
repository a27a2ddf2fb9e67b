import { z } from 'zod';
import { ANSWERS_REMEMBERED_MILLISECONDS, REQUESTS_PREFIX } from '../../keys/requests-prefix.ts';
import { eraseVersion } from '../../objects/erase-objects.ts';
import type { ObjectVersion } from '../../ports/index.ts';
import { checkStoreIsReachable } from '../reachable.ts';
import { HOURLY, type Stage } from '../stage.ts';
import type { Sweep } from '../sweep.ts';

const PAGE = 500;
const answerSchema = z.object({ at: z.number() });
const position = z.object({ cursor: z.string().nullable() });

/** By both clocks: the time of day may have been set since. What cannot be read, as a delete marker, has one only. */
async function isExpired(sweep: Sweep, { key, versionId, lastModified, isDeleteMarker }: ObjectVersion) {
  if (sweep.ageOf(lastModified) < ANSWERS_REMEMBERED_MILLISECONDS) return false;
  if (isDeleteMarker) return true;
  try {
    const { content } = await sweep.home.objects.get(key, versionId === null ? {} : { versionId });
    const { at } = answerSchema.parse(JSON.parse(Buffer.from(content).toString()));
    return sweep.ageOfAnswer(at) >= ANSWERS_REMEMBERED_MILLISECONDS;
  } catch {
    await checkStoreIsReachable(sweep);
    return true;
  }
}

/**
 * Remembered answers of requests that are no longer to be remembered, with every version and delete marker of them, those
 * that no listing shows included: requests that failed inside the system, or were never answered.
 */
export const rememberedAnswers: Stage<z.infer<typeof position>> = {
  everySeconds: HOURLY,
  isOfOneProgram: true,
  position,
  begin: { cursor: null },

  async step(sweep, { cursor }) {
    const { objects } = sweep.home;
    const prefix = sweep.program === null ? REQUESTS_PREFIX : `${REQUESTS_PREFIX}${sweep.program}/`;
    const page = await objects.listVersions(prefix, { limit: PAGE, cursor: cursor ?? undefined });
    const isOver = await sweep.each(page.items, (version) => isExpired(sweep, version));
    // The oldest of each key first: a crash in between leaves the newest, to be found again.
    const expired = page.items.filter((_, index) => isOver[index]).toReversed();
    await sweep.settle('answer-expired', [...new Set(expired.map(({ key }) => key))], async () => {
      for (const version of expired) await eraseVersion(objects, version);
    });
    sweep.count(page.items.length);
    return page.cursor === undefined ? null : { cursor: page.cursor };
  },
};
