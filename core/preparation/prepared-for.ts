import { z } from 'zod';
import { type ActiveModel, modelInputSchema } from '../activation/active-model.ts';
import { readStoredJson } from '../documents/stored-json.ts';
import { ConfigurationError } from '../errors.ts';
import type { ScreeningTerms } from '../exams/request-screening.ts';
import { bundleFileKey } from '../keys/bundle-file-key.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { contractOf, type PreparedFor } from './contract.ts';

/** What is read here of a bundle's manifest. */
const manifestSchema = z.object({
  geometry: z.object({ vision: z.object({ imageSize: z.number() }) }),
  detector: z.object({ graph: z.string() }).optional(),
  files: z.record(z.string(), z.object({ sha256: z.string() })),
});

/**
 * What images are prepared for. A model that a former release made active does not say it: its bundle does.
 *
 * @throws ConfigurationError if neither says it
 */
export async function preparedForModel(store: ObjectStore, active: ActiveModel): Promise<PreparedFor> {
  const { model, input, preprocessing } = active;
  if (input !== undefined) return { ...input, preprocessing };
  const manifest = await readStoredJson(store, bundleFileKey(model, 'model.json'), manifestSchema);
  const detector = manifest?.detector && manifest.files[manifest.detector.graph]?.sha256;
  const read = modelInputSchema.safeParse({
    imageSize: manifest?.geometry.vision.imageSize,
    detector: detector ?? null,
  });
  if (read.success) return { ...read.data, preprocessing };
  throw new ConfigurationError(
    `The active model ${model} does not say which pixels it takes, nor does a bundle in the store. Activate it again: retclip model activate.`,
  );
}

/** A model that screens, the contract under which images are prepared for it, and what they are prepared to. */
export interface ActiveScreening extends ScreeningTerms {
  readonly prepared: PreparedFor;
}

/**
 * What exams are screened by where a model is active.
 *
 * @throws ConfigurationError if neither it nor its bundle says which pixels it takes
 */
export async function screeningBy(store: ObjectStore, model: ActiveModel): Promise<ActiveScreening> {
  const prepared = await preparedForModel(store, model);
  return { model, contract: contractOf(prepared), prepared };
}
