import { ACTIVE_MODEL_KEY, type ActiveModel, activeModelSchema } from '../activation/active-model.ts';
import { readStoredJson } from '../documents/stored-json.ts';
import { ConfigurationError } from '../errors.ts';
import { coreMillisecondsOf } from '../lanes/model-cost.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { type ActiveScreening, screeningBy } from '../preparation/prepared-for.ts';
import { readEndpoints, type WebhookEndpoint, webhooksKey } from '../webhooks/webhook-endpoints.ts';
import {
  DEFAULT_SETTINGS,
  type ProgramSettings,
  programSettingsSchema,
  settingsKey,
} from './program-settings.ts';

/** A change of settings or model is seen after at most this long. */
const FRESH_MILLISECONDS = 5_000;

/** The active model and every program's settings, read from the store and remembered for moments. */
export class Configuration {
  readonly #store: ObjectStore;
  readonly #elapsed: () => number;
  readonly #remembered = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();

  /** @param elapsed milliseconds by the process's clock */
  constructor(store: ObjectStore, elapsed: () => number = () => performance.now()) {
    this.#store = store;
    this.#elapsed = elapsed;
  }

  /** @throws ConfigurationError if none is set or it is malformed */
  async activeModel(): Promise<ActiveModel> {
    return this.#remember(ACTIVE_MODEL_KEY, async () => {
      const model = await readStoredJson(this.#store, ACTIVE_MODEL_KEY, activeModelSchema);
      if (model === undefined) {
        throw new ConfigurationError(
          `No model is active: "${ACTIVE_MODEL_KEY}" is missing. Start the worker's host or deploy a bundle.`,
        );
      }
      return model;
    });
  }

  /**
   * The active model, and the contract under which images are prepared for it.
   *
   * @param isFresh whether to read it now, whatever was read a moment ago
   * @throws ConfigurationError if none is set, or neither it nor its bundle says which pixels it takes
   */
  async screening(isFresh = false): Promise<ActiveScreening> {
    if (isFresh) this.#remembered.delete(ACTIVE_MODEL_KEY);
    const model = await this.activeModel();
    const { contract, prepared } = await this.#remember(`${model.model} input`, () =>
      screeningBy(this.#store, model),
    );
    return { model, contract, prepared };
  }

  /**
   * What one image costs on a processor by a model's bundle, in core-milliseconds; `null` if it does not say.
   *
   * @throws ConfigurationError if its manifest is damaged
   */
  async modelCost(model: string): Promise<number | null> {
    return this.#remember(`${model} cost`, () => coreMillisecondsOf(this.#store, model));
  }

  /** A program's settings, or the defaults. @throws ConfigurationError if they are malformed */
  async settings(program: string): Promise<ProgramSettings> {
    const key = settingsKey(program);
    return this.#remember(
      key,
      async () => (await readStoredJson(this.#store, key, programSettingsSchema)) ?? DEFAULT_SETTINGS,
    );
  }

  /** Where a program's events are sent. @throws ConfigurationError if what is stored is malformed */
  async webhooks(program: string): Promise<readonly WebhookEndpoint[]> {
    return this.#remember(webhooksKey(program), () => readEndpoints(this.#store, program));
  }

  async #remember<Value>(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#remembered.get(key);
    if (known !== undefined && this.#elapsed() - known.at < FRESH_MILLISECONDS)
      return known.value as Promise<Value>;
    const value = read();
    this.#remembered.set(key, { at: this.#elapsed(), value });
    value.catch(() => this.#remembered.delete(key));
    return value;
  }
}
