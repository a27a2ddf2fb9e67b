import type { HeadReference } from '../activation/active-model.ts';
import { InvalidInputError } from '../errors.ts';
import type { ObjectStore } from '../ports/index.ts';
import { changeActive, type Promotion, requireModel } from './promotion.ts';

/** Most heads tried at once: each is computed for every new exam. */
const MOST = 20;

/**
 * Tries heads on new exams of every program: their findings are recorded beside each result and decide nothing. A head
 * of the same name that was tried before gives way.
 *
 * @param model bundle that the heads were checked against
 * @throws InvalidInputError if another model has become active meanwhile, a head is live, or too many are tried
 */
export function startShadow(
  store: ObjectStore,
  heads: readonly HeadReference[],
  model: string,
  by: string,
  now: Date,
): Promise<Promotion> {
  return changeActive(store, by, now, async (active) => {
    requireModel(active, model);
    const live = heads.find(({ id }) => active.heads.some((head) => head.id === id));
    if (live !== undefined)
      throw new InvalidInputError(`Head "${live.name}" is live: there is nothing to try.`);
    const names = new Set(heads.map(({ name }) => name));
    const others = active.shadow?.heads.filter(({ name }) => !names.has(name)) ?? [];
    const tried = [...others, ...heads];
    if (tried.length > MOST)
      throw new InvalidInputError(
        `Expected at most ${MOST} heads in shadow, not ${tried.length}. Stop some first.`,
      );
    return { kind: 'shadow', to: { ...active, shadow: { heads: tried, since: now.toISOString() } } };
  });
}

/**
 * Ends the trial of heads. What was recorded stays with its exams.
 *
 * @param names of the heads; all if empty
 * @throws InvalidInputError if one is not tried
 */
export function stopShadow(
  store: ObjectStore,
  names: readonly string[],
  by: string,
  now: Date,
): Promise<Promotion> {
  return changeActive(store, by, now, async (active) => {
    const tried = active.shadow?.heads ?? [];
    if (tried.length === 0) throw new InvalidInputError('No head is in shadow: there is nothing to stop.');
    const unknown = names.find((name) => !tried.some((head) => head.name === name));
    if (unknown !== undefined) {
      const present = tried.map(({ name }) => `"${name}"`).join(', ');
      throw new InvalidInputError(`Head "${unknown}" is not in shadow; these are: ${present}.`);
    }
    const left = names.length === 0 ? [] : tried.filter(({ name }) => !names.includes(name));
    const { shadow: _, ...rest } = active;
    const since = now.toISOString();
    return { kind: 'shadow', to: left.length === 0 ? rest : { ...rest, shadow: { heads: left, since } } };
  });
}
