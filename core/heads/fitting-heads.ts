import { ApiError } from '../../functions/api/problem.ts';
import type { ActiveModel, HeadReference } from '../activation/active-model.ts';
import type { ObjectStore } from '../ports/index.ts';
import { requireDecidingHeads, UndecidedError } from './deciding-heads.ts';
import { HeadError, refuseForeignHead } from './head.ts';
import { refuseUnofferedPrecision } from './precision-binding.ts';
import { withLiveHeads } from './promotion.ts';
import { readHead } from './stored-heads.ts';

/** @throws ApiError 400 if a head is stored nowhere, or made for a model of another geometry */
export async function requireFittingHeads(
  store: ObjectStore,
  heads: readonly HeadReference[],
  { model, embedding, precisions }: ActiveModel,
): Promise<void> {
  try {
    for (const reference of heads) {
      const head = await readHead(store, reference, model);
      if (embedding !== undefined) refuseForeignHead(head, embedding, model);
      refuseUnofferedPrecision(head, precisions);
    }
  } catch (error) {
    if (error instanceof HeadError) throw new ApiError(400, error.message);
    throw error;
  }
}

const REMEDY =
  'Promote them together with a head of diseases. If features alone are meant: "featuresOnly": true';

/**
 * Sees that heads assess patients once they are live beside those that stay.
 *
 * @param heads to be made live
 * @param featuresOnly whether heads that cannot decide are meant
 * @returns whether they are such
 * @throws ApiError 422 if they are, and that was not asked for; 400 if one of them is stored nowhere
 */
export async function requireAssessing(
  store: ObjectStore,
  heads: readonly HeadReference[],
  active: ActiveModel,
  featuresOnly: boolean,
): Promise<boolean> {
  try {
    // Those that stay are read only where the others do not decide by themselves.
    const alone = requireDecidingHeads(store, heads, active.model, REMEDY);
    await alone.catch(() => requireDecidingHeads(store, withLiveHeads(heads, active), active.model, REMEDY));
    return false;
  } catch (error) {
    if (error instanceof UndecidedError) {
      if (featuresOnly) return true;
      throw new ApiError(422, error.message);
    }
    // A live head that cannot be read: whether anything is assessed cannot be told.
    if (error instanceof HeadError) throw new ApiError(400, error.message);
    throw error;
  }
}
