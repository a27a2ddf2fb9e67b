import { InvalidArgumentError } from 'commander';

/** A share strictly between 0 and 1, or 1 itself. */
export function shareOption(value: string): number {
  const share = Number(value);
  if (!(share > 0 && share <= 1)) {
    throw new InvalidArgumentError(`Expected a share above 0 and up to 1 but received ${value}.`);
  }
  return share;
}

/** A whole number of at least 2. */
export function foldsOption(value: string): number {
  const folds = Number(value);
  if (!Number.isInteger(folds) || folds < 2 || folds > 100) {
    throw new InvalidArgumentError(`Expected a whole number from 2 to 100 but received ${value}.`);
  }
  return folds;
}

/** `a,b , c` */
export function listOption(value: string): string[] {
  const items = value.split(',').map((item) => item.trim());
  if (items.includes(''))
    throw new InvalidArgumentError(`Expected names with commas between but received "${value}".`);
  return items;
}

/** Name of a head. */
export function headNameOption(value: string): string {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(value)) {
    throw new InvalidArgumentError(`Expected small letters, digits and hyphens but received "${value}".`);
  }
  return value;
}
