import type { ActiveModel, HeadReference } from '../../../core/models/active-model.ts';
import type { ObjectStore } from '../../../core/ports/index.ts';
import { HeadError } from '../../../model/errors.ts';
import { refuseForeignHead } from '../../../model/heads/head.ts';
import { readHead } from '../../../model/heads/stored-heads.ts';
import { ApiError } from '../problem.ts';

/** @throws ApiError 400 if a head is stored nowhere, or made for a model of another geometry */
export async function requireFittingHeads(
  store: ObjectStore,
  heads: readonly HeadReference[],
  { model, embedding }: ActiveModel,
): Promise<void> {
  try {
    for (const reference of heads) {
      const head = await readHead(store, reference, model);
      if (embedding !== undefined) refuseForeignHead(head, embedding, model);
    }
  } catch (error) {
    if (error instanceof HeadError) throw new ApiError(400, error.message);
    throw error;
  }
}
