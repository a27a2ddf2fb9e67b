import type { Doubt } from './doubt.ts';
import type { ExplainedFolder, FileDoubt } from './explained-folder.ts';
import { NAME_PATTERNS } from './patterns.ts';
import type { Sight } from './sight-eye.ts';

/** Joins what is said of several files in the same words. */
export function groupedDoubts(doubts: readonly FileDoubt[]): Doubt[] {
  return [...Map.groupBy(doubts, ({ kind, text }) => JSON.stringify([kind, text])).values()].flatMap(
    (same) => {
      const [first] = same;
      return first === undefined
        ? []
        : [{ kind: first.kind, text: first.text, images: same.map(({ image }) => image) }];
    },
  );
}

/**
 * A pattern as a person reads it, without what may be absent.
 *
 * @example patternText('{clinic}/{patient}[_{date}]_{eye}{tail}') // '{clinic}/{patient}_{eye}'
 */
export function patternText(pattern: string): string {
  let text = pattern;
  while (/\[[^[\]]*\]/u.test(text)) text = text.replace(/\[[^[\]]*\]/gu, '');
  return text.replace('{tail}', '').replace('{glued}', '{eye}').replace('{unknown}', '{ignore}');
}

const UNVERIFIED = new Set(
  NAME_PATTERNS.filter((pattern) => pattern.unverified).map(({ template }) => template),
);
const nameOf = (pattern: string): string => pattern.slice(pattern.lastIndexOf('/') + 1);

/** Doubts over patterns: several in one folder, or one that could not be verified. */
export function patternDoubts(named: ExplainedFolder['files'], sights: readonly Sight[]): Doubt[] {
  const read = named.flatMap((file, image) => ('refused' in file ? [] : [{ file, image }]));
  const groups = [...Map.groupBy(read, ({ file }) => file.pattern)].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const [main, ...others] = groups;
  if (main === undefined) return [];
  // What is asked about for its own sake is not asked about twice.
  const plain = others.filter(
    ([pattern]) => !pattern.includes('{unknown}') && !UNVERIFIED.has(nameOf(pattern)),
  );
  const mixed = plain.map(
    ([pattern, files]): Doubt => ({
      kind: 'other-pattern',
      text: `Most names are read as ${patternText(main[0])}, but these as ${patternText(pattern)}.`,
      images: files.map(({ image }) => image),
    }),
  );
  const unverified = groups.flatMap(([pattern, files]): Doubt[] => {
    const [first] = files;
    const sight = first === undefined ? undefined : sights[first.image];
    if (first === undefined || sight === undefined || 'refused' in sight) return [];
    if (sight.reading?.pattern.unverified !== true) return [];
    const { patient, exam, laterality } = first.file;
    const text = `The pattern ${pattern} of ${sight.reading.pattern.camera} cameras could not be verified. By it, "${sight.stem}" is patient ${patient}, exam ${exam}, ${laterality} eye.`;
    return [{ kind: 'unverified-pattern', text, images: files.map(({ image }) => image) }];
  });
  return [...mixed, ...unverified];
}
