import { InvalidArgumentError } from 'commander';

/** A probability from 0 to 1, as text for the API. */
export function probabilityOption(text: string): string {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError(`Expected a probability from 0 to 1 but received "${text}".`);
  return text;
}
