import type { Home } from '../../ports/index.ts';
import type { Configuration } from '../../programs/configuration.ts';
import type { JobRecord } from '../job-record.ts';
import { createJob } from '../planning/create-job.ts';
import { readSchedule } from './job-schedule.ts';

/**
 * Creates the job that a schedule calls for. Its id follows from the schedule and the instant, so a schedule that fires
 * twice makes one job.
 *
 * @returns `undefined` if the schedule was deleted meanwhile
 * @throws UnfitHeadError, JobRefusedError, UnknownNameError if the job can no longer be created, as when its head was
 * made for a former model
 */
export async function fireSchedule(
  home: Pick<Home, 'objects' | 'exams'>,
  configuration: Configuration,
  program: string,
  schedule: string,
  at: Date,
): Promise<JobRecord | undefined> {
  const known = await readSchedule(home.objects, program, schedule);
  if (known?.state !== 'active') return undefined;
  return createJob(home, configuration, {
    ...{ program, request: known.request, by: known.createdBy },
    schedule: { id: schedule, at },
  });
}
