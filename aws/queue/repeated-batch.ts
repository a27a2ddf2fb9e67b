import { setTimeout as delay } from 'node:timers/promises';

/** What a batch call says of the entries that it did not take. */
export interface FailedEntry {
  readonly Id?: string;
  readonly Code?: string;
  readonly Message?: string;
  readonly SenderFault?: boolean;
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MILLISECONDS = 50;

/** Cuts a list into parts of at most so many items. */
export function partsOf<Item>(items: readonly Item[], size: number): Item[][] {
  const parts: Item[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}

/**
 * Makes a batch call, and makes it again for the entries that failed by no fault of the sender.
 *
 * @param call takes entries and gives the failed ones, by `Id`
 * @returns the entries that failed for good
 */
export async function repeatFailed<Entry extends { readonly Id: string }>(
  entries: readonly Entry[],
  call: (entries: Entry[]) => Promise<readonly FailedEntry[]>,
): Promise<FailedEntry[]> {
  const failedForGood: FailedEntry[] = [];
  let open = [...entries];
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const failed = await call(open);
    const repeatable = failed.filter((entry) => entry.SenderFault !== true);
    failedForGood.push(...failed.filter((entry) => entry.SenderFault === true));
    if (attempt === ATTEMPTS) return [...failedForGood, ...repeatable];
    const ids = new Set(repeatable.map((entry) => entry.Id));
    open = open.filter((entry) => ids.has(entry.Id));
    if (open.length > 0) await delay(FIRST_PAUSE_MILLISECONDS * 2 ** attempt);
  }
  return failedForGood;
}
