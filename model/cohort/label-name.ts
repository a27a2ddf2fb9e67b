import { CohortError } from '../errors.ts';

/**
 * A column's or a class's name as heads spell it: small letters, digits and hyphens.
 *
 * @throws CohortError if nothing of it is left
 * @example labelName('Diabetic Retinopathy') // 'diabetic-retinopathy'
 */
export function labelName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (name === '') {
    throw new CohortError(
      `Label ${JSON.stringify(text)} has no name that a head can carry: use Latin letters and digits.`,
    );
  }
  return name;
}

/** @throws CohortError if two texts have one name */
export function labelNames(texts: readonly string[]): string[] {
  const names = texts.map(labelName);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice !== -1) {
    throw new CohortError(
      `"${texts[names.indexOf(names[twice] ?? '')]}" and "${texts[twice]}" are one label.`,
    );
  }
  return names;
}
