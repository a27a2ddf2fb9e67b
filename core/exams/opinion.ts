import type { Review } from './review.ts';

/** What one reader says of an exam: a verdict and its corrections, oldest first. The last one holds. */
export interface Opinion {
  readonly reader: string;
  readonly given: readonly [Review, ...Review[]];
  /** Its last verdict. */
  readonly holds: Review;
  /** Place of that verdict among all of the exam: the higher, the newer. */
  readonly place: number;
}

/**
 * The opinions of an exam's readers, in the order of their first verdicts.
 *
 * @param reviews over the same photographs, oldest first
 */
export function opinionsOf(reviews: readonly Review[]): Opinion[] {
  const opinions = new Map<string, Opinion>();
  // By the id of the verdict that holds: a correction names it.
  for (const [place, review] of reviews.entries()) {
    const before = review.corrects === undefined ? undefined : opinions.get(review.corrects);
    if (before !== undefined) opinions.delete(before.holds.id);
    const given: Opinion['given'] = before === undefined ? [review] : [...before.given, review];
    opinions.set(review.id, { reader: review.reader, given, holds: review, place });
  }
  return [...opinions.values()].sort((a, b) => reviews.indexOf(a.given[0]) - reviews.indexOf(b.given[0]));
}
