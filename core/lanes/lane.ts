import type { ScreeningQueue } from '../messages/queues.ts';

/** What screens new exams in AWS: a function on processors, from zero in seconds; or workers on GPUs. */
export const LANES = ['live', 'gpu'] as const;
export type Lane = (typeof LANES)[number];

/** What a deployment may ask for: one lane for every model, or the one that suits the model. */
export const LANE_SETTINGS = ['auto', ...LANES] as const;
export type LaneSetting = (typeof LANE_SETTINGS)[number];

/**
 * A model that costs at most so many core-milliseconds an image is screened by the live lane. At 100, an exam that comes alone
 * (a batch of four places) keeps the function's two processors busy for a fifth of a second, less than its model takes to load,
 * and a call of ten exams for a second. A million images are then 28 hours of processor; above, a GPU is the cheaper one for
 * programmes that have so many. The default model costs about a tenth of it.
 */
export const MOST_LIVE_CORE_MILLISECONDS = 100;

/** Where the requests of a lane wait. */
export const LANE_QUEUES = { live: 'live-screening', gpu: 'screening' } as const satisfies Record<
  Lane,
  ScreeningQueue
>;

/**
 * The lane of a model.
 *
 * @param coreMilliseconds what an image costs; `null` where nobody has measured it: a GPU takes every model
 * @example
 * laneFor('auto', 9.5) // 'live'
 */
export function laneFor(setting: LaneSetting, coreMilliseconds: number | null): Lane {
  if (setting !== 'auto') return setting;
  return coreMilliseconds !== null && coreMilliseconds <= MOST_LIVE_CORE_MILLISECONDS ? 'live' : 'gpu';
}
