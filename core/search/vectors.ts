import { InvalidInputError } from '../errors.ts';
import { MOST_MATCHES, type VectorQuery } from '../ports/vector-index.ts';

/**
 * A vector of the same direction and of length 1, so that a product is a cosine.
 *
 * @throws InvalidInputError if it has no direction
 */
export function normalized(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (!Number.isFinite(length) || length === 0) {
    throw new InvalidInputError('Expected a vector with a direction but received zeros or no numbers.');
  }
  return vector.map((value) => value / length);
}

/** @throws InvalidInputError unless the limit is a whole number from 1 to 100 */
export function checkQuery({ limit }: Pick<VectorQuery, 'limit'>): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_MATCHES) {
    throw new InvalidInputError(`Expected a limit from 1 to ${MOST_MATCHES} but received ${limit}.`);
  }
}
