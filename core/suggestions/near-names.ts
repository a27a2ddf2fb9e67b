import { distance } from 'fastest-levenshtein';

/** Names told in one sentence. */
const MOST_TOLD = 3;
/** Fewer names than these are all told where none is near. */
const FEW = 8;
/** A name is near if no more than this share of it is to be changed. */
const NEAR_SHARE = 0.4;

/** How people confuse names: in case, in separators, in width. */
function folded(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/g, '-');
}

function distanceOf(asked: string, name: string): number {
  const [a, b] = [folded(asked), folded(name)];
  // A part of a name is near it: "retinopathy" means "diabetic-retinopathy".
  if (a.length > 2 && (b.includes(a) || a.includes(b))) return Math.min(1, distance(a, b));
  return distance(a, b);
}

/**
 * The known names that somebody may have meant, the nearest first.
 *
 * @see Levenshtein 1966; as many edits as 40 % of the longer name, one at least
 * @example nearNames('nroth', ['north', 'south', 'east']) // ['north', 'south']
 */
export function nearNames(asked: string, known: Iterable<string>): string[] {
  return [...new Set(known)]
    .map((name) => ({ name, edits: distanceOf(asked, name) }))
    .filter(({ name, edits }) => edits <= Math.max(1, NEAR_SHARE * Math.max(asked.length, name.length)))
    .sort((a, b) => a.edits - b.edits || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_TOLD)
    .map(({ name }) => name);
}

const EITHER = new Intl.ListFormat('en-GB', { type: 'disjunction' });
const ALL = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/**
 * What to say of a name that is not known: which ones are near, and all where there are few. Empty if none is known.
 *
 * @example suggestion('nroth', ['north', 'east']) // ' Did you mean "north"?'
 */
export function suggestion(asked: string, known: Iterable<string>): string {
  const names = [...new Set(known)].toSorted();
  const near = nearNames(asked, names);
  if (near.length > 0) return ` Did you mean ${EITHER.format(near.map((name) => JSON.stringify(name)))}?`;
  if (names.length === 0) return '';
  const told = names.length <= FEW ? names : names.slice(0, FEW - 1);
  const more = names.length === told.length ? [] : [`${names.length - told.length} more`];
  const texts = [...told.map((name) => JSON.stringify(name)), ...more];
  return ` There ${names.length === 1 ? 'is' : 'are'} ${ALL.format(texts)}.`;
}
