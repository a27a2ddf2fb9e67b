import { WrongUseError } from '../errors.ts';

/**
 * A date or an instant as the API reads it.
 *
 * @throws WrongUseError naming the option
 */
export function instantOption(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new WrongUseError(`Expected a date or an ISO 8601 instant for ${option} but received "${text}".`);
  }
  return date.toISOString();
}
