import type { z } from 'zod';
import {
  type ActiveModel,
  activeModelSchema,
  headReferenceSchema,
} from '../../core/activation/active-model.ts';
import { type Promotion, promotionSchema } from '../../core/heads/promotion.ts';
import { Client } from '../client.ts';
import { type EndpointOptions, findEndpoint } from '../endpoint.ts';

type HeadReference = z.infer<typeof headReferenceSchema>;

/** Calls the routes of the model, which concern every program. */
export class LiveHeadsClient {
  readonly #client: Client;

  constructor(options: EndpointOptions) {
    this.#client = new Client(() => findEndpoint(options), '*');
  }

  /** Keeps a head in the system. @param head as read from its file */
  storeHead(head: unknown): Promise<HeadReference> {
    return this.#client.callSystem('Sending the head', headReferenceSchema, '/v1/model/heads', head);
  }

  promote(heads: readonly HeadReference[]): Promise<Promotion> {
    return this.#client.callSystem('Promoting the heads', promotionSchema, '/v1/model/promote', { heads });
  }

  active(): Promise<ActiveModel> {
    return this.#client.callSystem('Reading the model', activeModelSchema, '/v1/model');
  }

  /** Tries heads on new exams, besides those that are tried already. */
  startShadow(heads: readonly HeadReference[]): Promise<Promotion> {
    return this.#client.callSystem('Starting the trial', promotionSchema, '/v1/model/shadow', { heads });
  }

  /** @param names all if empty */
  stopShadow(names: readonly string[]): Promise<Promotion> {
    return this.#client.callSystem('Ending the trial', promotionSchema, '/v1/model/shadow/stop', { names });
  }

  rollBack(): Promise<Promotion> {
    return this.#client.callSystem('Rolling back', promotionSchema, '/v1/model/rollback', {});
  }
}
