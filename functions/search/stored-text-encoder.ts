import type { EncodedText, ObjectStore, TextEncoder } from '../../core/ports/index.ts';
import type { Configuration } from '../../core/programs/configuration.ts';
import { fetchBundle } from '../../model/bundle/fetch-bundle.ts';
import { TextSession } from '../../model/runtime/text-session.ts';

interface TextTower {
  readonly session: TextSession;
  readonly contextLength: number;
}

/** Encodes texts by the active model, whose text tower is fetched from the store when it is first needed. */
export class StoredTextEncoder implements TextEncoder {
  readonly #objects: ObjectStore;
  readonly #configuration: Configuration;
  readonly #cache: string;
  #loaded: { readonly model: string; readonly tower: Promise<TextTower> } | undefined;

  constructor(objects: ObjectStore, configuration: Configuration, cache: string) {
    this.#objects = objects;
    this.#configuration = configuration;
    this.#cache = cache;
  }

  /** @throws ConfigurationError if no model is active; ObjectNotFoundError, BundleError if its bundle is not in the store or damaged */
  async encode(text: string): Promise<EncodedText> {
    const { model, trained } = await this.#configuration.activeModel();
    const { session, contextLength } = await this.#tower(model);
    const { features } = await session.encode([text], contextLength);
    return { model, trained, vector: Float32Array.from(features.patient) };
  }

  #tower(model: string): Promise<TextTower> {
    if (this.#loaded?.model === model) return this.#loaded.tower;
    const tower = this.#load(model, this.#loaded?.tower);
    this.#loaded = { model, tower };
    tower.catch(() => {
      if (this.#loaded?.tower === tower) this.#loaded = undefined;
    });
    return tower;
  }

  async #load(model: string, previous: Promise<TextTower> | undefined): Promise<TextTower> {
    // Memory holds one tower.
    await previous?.then(({ session }) => session.release()).catch(() => undefined);
    const bundle = await fetchBundle(this.#objects, model, this.#cache, { vision: false });
    const session = await TextSession.load(bundle, { provider: 'cpu' });
    return { session, contextLength: bundle.manifest.contextLength };
  }
}
