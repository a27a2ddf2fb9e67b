import type { z } from 'zod';
import type { HeadReference } from '../../core/activation/active-model.ts';
import type { JobView } from '../../core/jobs/reports/job-view.ts';
import {
  headAnswer,
  jobAnswer,
  type jobBody,
  jobsPage,
  manifestAnswer,
  scheduleAnswer,
  type scheduleBody,
  schedulesPage,
} from '../../functions/api/job-schemas.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';

export type ScheduleView = z.infer<typeof scheduleAnswer>;

/** Calls the job routes of one program. */
export class JobClient {
  readonly #client: Client;

  constructor(options: EndpointOptions & { readonly program: string }) {
    this.#client = new Client(() => findEndpoint(options), options.program);
  }

  create(body: z.input<typeof jobBody>): Promise<JobView> {
    return this.#client.call('Creating the job', jobAnswer, '/jobs', body);
  }

  show(job: string): Promise<JobView> {
    return this.#client.call('Reading the job', jobAnswer, `/jobs/${encodeURIComponent(job)}`);
  }

  cancel(job: string): Promise<JobView> {
    return this.#client.call('Cancelling the job', jobAnswer, `/jobs/${encodeURIComponent(job)}/cancel`, {});
  }

  async *list(): AsyncGenerator<JobView> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '50', ...(cursor === undefined ? {} : { cursor }) });
      const page = await this.#client.call('Listing jobs', jobsPage, `/jobs?${query}`);
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  createSchedule(body: z.input<typeof scheduleBody>): Promise<ScheduleView> {
    return this.#client.call('Creating the schedule', scheduleAnswer, '/job-schedules', body);
  }

  deleteSchedule(schedule: string): Promise<ScheduleView> {
    const path = `/job-schedules/${encodeURIComponent(schedule)}`;
    return this.#client.call('Ending the schedule', scheduleAnswer, path, undefined, { method: 'DELETE' });
  }

  async *listSchedules(): AsyncGenerator<ScheduleView> {
    let cursor: string | undefined;
    do {
      const query = new URLSearchParams({ limit: '100', ...(cursor === undefined ? {} : { cursor }) });
      const page = await this.#client.call('Listing schedules', schedulesPage, `/job-schedules?${query}`);
      yield* page.items;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Keeps a head in the system. @param head as read from its file */
  storeHead(head: unknown): Promise<HeadReference> {
    return this.#client.call('Sending the head', headAnswer, '/heads', head);
  }

  /** Uploads a selection. @returns its key */
  async storeManifest(content: Uint8Array<ArrayBuffer>, sha256: string): Promise<string> {
    const bytes = content.byteLength;
    const upload = await this.#client.call('Sending the manifest', manifestAnswer, '/jobs/manifests', {
      sha256,
      bytes,
    });
    await this.#client.put({ action: 'upload', ...upload }, content);
    return upload.key;
  }
}
