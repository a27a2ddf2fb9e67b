import type { JobRecord } from '../../core/jobs/job-record.ts';
import { readSchedule } from '../../core/jobs/schedules/job-schedule.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { createJob } from '../api/jobs/create-job.ts';

/**
 * Creates the job that a schedule calls for. Its id follows from the schedule and the instant, so a schedule that is
 * fired twice makes one job.
 *
 * @returns `undefined` if the schedule was deleted meanwhile
 * @throws InvalidInputError, ApiError if the job cannot be created any more: a head that fits another model
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
  return createJob(home, configuration, program, known.request, known.createdBy, { id: schedule, at });
}
