import type { HeadReference } from '../../core/activation/active-model.ts';
import type { FeaturesPrecision } from '../../core/activation/precisions.ts';
import { type Head, headId, headSchema } from '../../core/heads/head.ts';
import { refuseOtherPrecision } from '../../core/heads/precision-binding.ts';
import { HeadScorer } from '../../core/heads/score-head.ts';
import { readHead } from '../../core/heads/stored-heads.ts';
import type { ObjectStore } from '../../core/ports/index.ts';

/**
 * Finds the heads that requests name: the bundle's own at hand, promoted ones in the store, each read once. So a
 * promotion takes effect with the next request and no worker is started again.
 *
 * @param model id of the bundle
 * @param precision what features are computed in: a head of another one is refused. Any head will do unless told
 */
export function headSource(
  store: ObjectStore,
  model: string,
  own: readonly Head[],
  precision?: FeaturesPrecision,
): (references: readonly HeadReference[]) => Promise<readonly HeadScorer[]> {
  const known = new Map<string, Promise<HeadScorer>>();
  for (const head of own) {
    // A bundle's head carries its id besides.
    const { id: _, ...content } = head as Head & { id?: string };
    known.set(headId(headSchema.parse(content)), Promise.resolve(new HeadScorer(headSchema.parse(content))));
  }
  const find = (reference: HeadReference): Promise<HeadScorer> => {
    const present = known.get(reference.id);
    if (present !== undefined) return present;
    const scorer = readHead(store, reference, model).then((head) => {
      if (precision !== undefined) refuseOtherPrecision(head, precision, 'this worker');
      return new HeadScorer(head);
    });
    known.set(reference.id, scorer);
    scorer.catch(() => known.delete(reference.id));
    return scorer;
  };
  return (references) => Promise.all(references.map(find));
}
