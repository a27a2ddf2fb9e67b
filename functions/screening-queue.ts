import { z } from 'zod';
import { ConfigurationError } from '../core/errors.ts';
import { LANE_QUEUES, LANE_SETTINGS, type Lane, type LaneSetting, laneFor } from '../core/lanes/lane.ts';
import type { ScreeningQueue } from '../core/messages/queues.ts';
import type { Configuration } from '../core/programs/configuration.ts';

/** Where requests for a model wait, by the bundle's id. */
export type ScreeningQueueOf = (model: string) => Promise<ScreeningQueue>;

/** Without the variable, as a stack of a former release left it, all goes to the GPU. */
const settingSchema = z.enum(LANE_SETTINGS).default('gpu');

/** What a deployment asks for, by its variable `SCREENING_LANE`. @throws ConfigurationError */
export function readLaneSetting({ SCREENING_LANE }: NodeJS.ProcessEnv): LaneSetting {
  const parsed = settingSchema.safeParse(SCREENING_LANE);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(
    `SCREENING_LANE is ${JSON.stringify(SCREENING_LANE)}. Expected ${LANE_SETTINGS.join(', ')}.`,
  );
}

/** The lane that screens a model. @throws ConfigurationError if its bundle's manifest is damaged */
export async function laneOf(
  configuration: Pick<Configuration, 'modelCost'>,
  setting: LaneSetting,
  model: string,
): Promise<Lane> {
  return laneFor(setting, setting === 'auto' ? await configuration.modelCost(model) : null);
}

/** Has each request wait where its model is screened. */
export function queuesByLane(
  configuration: Pick<Configuration, 'modelCost'>,
  setting: LaneSetting,
): ScreeningQueueOf {
  return async (model) => LANE_QUEUES[await laneOf(configuration, setting, model)];
}
