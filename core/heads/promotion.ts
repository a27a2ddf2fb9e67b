import { z } from 'zod';
import {
  ACTIVE_MODEL_KEY,
  ACTIVE_PREFIX,
  type ActiveModel,
  activeModelSchema,
  type HeadReference,
} from '../activation/active-model.ts';
import { readStoredJson } from '../documents/stored-json.ts';
import { storeOnce } from '../documents/stored-once.ts';
import { ConfigurationError, InvalidInputError } from '../errors.ts';
import type { ObjectStore } from '../ports/index.ts';

/** A change of what is active: before and after, numbered from 1: entries are added and never change. */
export const promotionSchema = z.object({
  schema: z.literal('promotion/1'),
  number: z.number().int().positive(),
  kind: z.enum(['promote', 'rollback', 'shadow', 'activate-model', 'roll-back-model']),
  at: z.iso.datetime(),
  by: z.string(),
  from: activeModelSchema,
  to: activeModelSchema,
});
export type Promotion = Readonly<z.infer<typeof promotionSchema>>;

/** Entries begin so; one role may write them and the active model, and no bundle. */
const PROMOTIONS_PREFIX = `${ACTIVE_PREFIX}/`;
/** Others who promote in the same moment. */
const ATTEMPTS = 20;

/** @param number of the change */
export function promotionKey(number: number): string {
  return `${PROMOTIONS_PREFIX}${String(number).padStart(6, '0')}.json`;
}

async function lastNumber(store: ObjectStore): Promise<number> {
  let last = 0;
  let cursor: string | undefined;
  do {
    const page = await store.list(PROMOTIONS_PREFIX, { limit: 1_000, cursor });
    last = Number(/(\d+)\.json$/.exec(page.items.at(-1)?.key ?? '')?.[1] ?? last);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return last;
}

/** What is active at this moment. @throws ConfigurationError if nothing is */
export async function readActiveModel(store: ObjectStore): Promise<ActiveModel> {
  const active = await readStoredJson(store, ACTIVE_MODEL_KEY, activeModelSchema);
  if (active === undefined)
    throw new ConfigurationError(`No model is active: "${ACTIVE_MODEL_KEY}" is missing.`);
  return active;
}

/** Writes the entry first, so that whatever was ever active is found in the log, then what is active. */
export async function changeActive(
  store: ObjectStore,
  by: string,
  now: Date,
  next: (active: ActiveModel, number: number) => Promise<Pick<Promotion, 'kind' | 'to'>>,
): Promise<Promotion> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const from = await readActiveModel(store);
    const number = (await lastNumber(store)) + 1;
    const { kind, to } = await next(from, number);
    const entry: Promotion = { schema: 'promotion/1', number, kind, at: now.toISOString(), by, from, to };
    if (!(await storeOnce(store, promotionKey(number), entry))) continue;
    await store.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(to)), { contentType: 'application/json' });
    return entry;
  }
  throw new InvalidInputError(
    'Others change the active heads over and over. Look at what is active, then repeat.',
  );
}

/** Heads in shadow stay there, but for those that are live now. */
function keepShadow(next: ActiveModel, { shadow }: ActiveModel): ActiveModel {
  const live = new Set(next.heads.map(({ id }) => id));
  const heads = shadow?.heads.filter(({ id }) => !live.has(id)) ?? [];
  const { shadow: _, ...rest } = next;
  return shadow === undefined || heads.length === 0 ? rest : { ...rest, shadow: { ...shadow, heads } };
}

/** The given heads, and the live ones whose names are not among them. */
export function withLiveHeads(
  given: readonly HeadReference[],
  active: Pick<ActiveModel, 'heads'>,
): HeadReference[] {
  const names = new Set(given.map((head) => head.name));
  return [...active.heads.filter((head) => !names.has(head.name)), ...given];
}

/** @throws InvalidInputError if another model is active than the one that heads were checked against */
export function requireModel(active: Pick<ActiveModel, 'model'>, model: string): void {
  if (active.model !== model) {
    throw new InvalidInputError(
      `The heads were checked against model ${model}, but ${active.model} is active now. Fit them to its features.`,
    );
  }
}

/**
 * Makes heads live: new exams are screened with them from now on, exams screened before keep their answers until a job
 * re-scores them. A live head of the same name gives way.
 *
 * @param checked bundle that the heads were checked against, and whether they were found to assess nothing
 * @throws InvalidInputError if another model has become active meanwhile
 */
export function promoteHeads(
  store: ObjectStore,
  heads: readonly HeadReference[],
  checked: { readonly model: string; readonly featuresOnly?: boolean },
  by: string,
  now: Date,
): Promise<Promotion> {
  return changeActive(store, by, now, async (active, number) => {
    requireModel(active, checked.model);
    const { featuresOnly: _, ...same } = active;
    const promoted: ActiveModel = {
      ...same,
      heads: withLiveHeads(heads, active),
      promotion: number,
      ...(checked.featuresOnly === true ? { featuresOnly: true } : {}),
    };
    return { kind: 'promote', to: keepShadow(promoted, active) };
  });
}

/**
 * Takes the latest promotion back; called again, the one before it.
 *
 * @throws InvalidInputError if the bundle's own heads are active: there is nothing to take back
 */
export function rollBackHeads(store: ObjectStore, by: string, now: Date): Promise<Promotion> {
  return changeActive(store, by, now, async (active) => {
    const made =
      active.promotion === undefined
        ? undefined
        : await readStoredJson(store, promotionKey(active.promotion), promotionSchema);
    if (made === undefined)
      throw new InvalidInputError(
        `No heads were promoted on model ${active.model}: there is nothing to take back.`,
      );
    return { kind: 'rollback', to: keepShadow(made.from, active) };
  });
}
