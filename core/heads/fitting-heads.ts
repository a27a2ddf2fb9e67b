import type { ActiveModel, HeadReference } from '../activation/active-model.ts';
import type { ObjectStore } from '../ports/index.ts';
import { isUndecided, requireDecidingHeads, UndecidedError } from './deciding-heads.ts';
import { type Head, HeadError, refuseForeignHead } from './head.ts';
import { refuseUnofferedPrecision } from './precision-binding.ts';
import { withLiveHeads } from './promotion.ts';
import { readHead } from './stored-heads.ts';

/** A head that was asked for is malformed, stored nowhere, or made for another model than the active one. */
export class UnfitHeadError extends HeadError {}

async function asked<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof HeadError && !(error instanceof UndecidedError))
      throw new UnfitHeadError(error.message, { cause: error });
    throw error;
  }
}

function refuseUnfitHead(head: Head, { model, embedding, precisions }: ActiveModel): void {
  if (embedding !== undefined) refuseForeignHead(head, embedding, model);
  refuseUnofferedPrecision(head, precisions);
}

/** @throws UnfitHeadError if the head is stored nowhere */
export function readFittingHead(store: ObjectStore, reference: HeadReference, model: string): Promise<Head> {
  return asked(readHead(store, reference, model));
}

/** @throws UnfitHeadError if a head is stored nowhere, or made for a model of another geometry or precision */
export async function requireFittingHeads(
  store: ObjectStore,
  heads: readonly HeadReference[],
  active: ActiveModel,
): Promise<void> {
  for (const reference of heads) {
    await asked(readHead(store, reference, active.model).then((head) => refuseUnfitHead(head, active)));
  }
}

/**
 * Sees that heads assess patients once they are live beside those that stay.
 *
 * @param heads to be made live
 * @param featuresOnly whether heads that cannot decide are meant
 * @param remedy what to do about heads that cannot decide, for the message
 * @returns whether they cannot decide
 * @throws UndecidedError if they cannot, and that was not meant
 * @throws UnfitHeadError if one of them, or a live one that is needed, is stored nowhere
 */
export function requireAssessing(
  store: ObjectStore,
  heads: readonly HeadReference[],
  active: ActiveModel,
  { featuresOnly, remedy }: { readonly featuresOnly: boolean; readonly remedy: string },
): Promise<boolean> {
  const decide = (all: readonly HeadReference[]) => requireDecidingHeads(store, all, active.model, remedy);
  // Those that stay are read only where the others do not decide by themselves.
  const deciding = asked(decide(heads).catch(() => decide(withLiveHeads(heads, active))));
  return isUndecided(deciding, featuresOnly);
}
