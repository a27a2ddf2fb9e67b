import { isDeepStrictEqual } from 'node:util';
import { ACTIVE_MODEL_KEY, type ActiveModel, activeModelSchema } from '../activation/active-model.ts';
import { readStoredJson } from '../documents/stored-json.ts';
import { InvalidInputError, ObjectExistsError } from '../errors.ts';
import { bundleFileKey } from '../keys/bundle-file-key.ts';
import type { ObjectStore } from '../ports/index.ts';
import { changeActive, type Promotion, promotionKey, promotionSchema } from './promotion.ts';
import { readHead, storeHead } from './stored-heads.ts';

/** Which model has screened until a change, and which one screens since. */
export interface ModelChange {
  /** `null` where none was active. */
  readonly from: ActiveModel | null;
  readonly to: ActiveModel;
}

/** The file of a bundle that is stored last: where it is, the bundle is whole. */
const LAST_FILE = 'model.json';

async function requireStored(store: ObjectStore, model: string): Promise<void> {
  if ((await store.head(bundleFileKey(model, LAST_FILE))) !== undefined) return;
  throw new InvalidInputError(
    `The bundle of model ${model} is not stored, and nothing could screen with it. Activate it from its folder: retclip model activate BUNDLE`,
  );
}

/**
 * Stores the heads that are live under their own ids: a bundle that is stored in place of one with the same graphs brings
 * heads of its own, and a way back needs those of before. Nothing is done where no model is active.
 */
export async function keepLiveHeads(store: ObjectStore): Promise<void> {
  const present = await readStoredJson(store, ACTIVE_MODEL_KEY, activeModelSchema);
  for (const reference of present?.heads ?? []) {
    await storeHead(store, await readHead(store, reference, present?.model ?? ''));
  }
}

/** What is active after a bundle of the same graphs: heads that were promoted on them stay live. */
function sameModel(present: ActiveModel, model: ActiveModel): ActiveModel {
  const { featuresOnly: _, ...before } = present;
  const heads = present.promotion === undefined ? model.heads : present.heads;
  const { input, precisions, featuresOnly } = model;
  return { ...before, heads, input, precisions, ...(featuresOnly === undefined ? {} : { featuresOnly }) };
}

/**
 * Makes a stored model the one that screens new exams. Exams screened before keep their answers. Heads that were promoted
 * belong to the model before and go with it; {@link rollBackModel} brings both back. Of a bundle with the graphs of the
 * active one, heads, precisions and thresholds are taken, but for heads that were promoted: these stay live.
 *
 * @param model what its bundle says: its id, its contract, its own heads
 * @param by who asks for it, as the log of changes tells it
 * @returns what has changed; `null` if all of it is active already
 * @throws InvalidInputError if its bundle is not stored, or others change what is active over and over
 */
export async function activateModel(
  store: ObjectStore,
  model: ActiveModel,
  by: string,
  now: Date,
): Promise<ModelChange | null> {
  await requireStored(store, model.model);
  const present = await readStoredJson(store, ACTIVE_MODEL_KEY, activeModelSchema);
  if (present === undefined) {
    try {
      await store.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(model)), {
        contentType: 'application/json',
        ifAbsent: true,
      });
      return { from: null, to: model };
    } catch (error) {
      // Another was faster: this one is the second then.
      if (!(error instanceof ObjectExistsError)) throw error;
    }
  }
  const nextOf = (active: ActiveModel) => (active.model === model.model ? sameModel(active, model) : model);
  const asStored = (active: ActiveModel): unknown => JSON.parse(JSON.stringify(active));
  if (present !== undefined && isDeepStrictEqual(present, asStored(nextOf(present)))) return null;
  return changeActive(store, by, now, async (active, number) => ({
    kind: 'activate-model',
    to: { ...nextOf(active), activation: number },
  }));
}

/**
 * Takes the latest activation back, with the heads that were live at that time; called again, the one before it.
 *
 * @throws InvalidInputError if the first model is active, or the bundle of the one before is stored no more
 */
export async function rollBackModel(store: ObjectStore, by: string, now: Date): Promise<Promotion> {
  return changeActive(store, by, now, async (active) => {
    const made =
      active.activation === undefined
        ? undefined
        : await readStoredJson(store, promotionKey(active.activation), promotionSchema);
    if (made === undefined) {
      throw new InvalidInputError(
        `No model was active before ${active.model}: there is nothing to go back to.`,
      );
    }
    await requireStored(store, made.from.model);
    return { kind: 'roll-back-model', to: made.from };
  });
}
