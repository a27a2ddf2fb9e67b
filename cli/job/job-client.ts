import type { z } from 'zod';
import type { JobView } from '../../core/jobs/job-view.ts';
import type { HeadReference } from '../../core/models/active-model.ts';
import {
  headAnswer,
  jobAnswer,
  type jobBody,
  jobsPage,
  manifestAnswer,
} from '../../functions/api/jobs/job-schemas.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';

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
