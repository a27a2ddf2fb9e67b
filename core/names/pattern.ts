import { EYE_WORDS } from '../exams/eye-words.ts';
import { DAY_SOURCE, TIME_SOURCE } from './day.ts';
import { FIELD_WORDS } from './field-words.ts';

/** What a pattern may hold in braces. `tail`, `glued` and `unknown` are for the patterns of this folder alone. */
export const PLACEHOLDERS = [
  ...(['patient', 'clinic', 'exam', 'date', 'time', 'eye', 'field', 'n', 'ignore'] as const),
  ...(['glued', 'tail', 'unknown'] as const),
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What a programme may write in a pattern of its own. */
export const OWN_PLACEHOLDERS: readonly Placeholder[] = PLACEHOLDERS.slice(0, 9);

/** Signs between the words of a name. */
export const SEPARATORS = '[\\s_.,;~@#()\\[\\]+-]';

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

/** An alternation of words, the longest first, with any one separator where a word has a blank. */
function alternation(words: Iterable<string>): string {
  return [...words]
    .sort((a, b) => b.length - a.length)
    .map((word) => word.split(' ').map(escaped).join('[\\s_-]?'))
    .join('|');
}

const EYE = `(?:${alternation(EYE_WORDS.keys())})`;
const FIELD = `(?:${alternation(FIELD_WORDS.keys())})`;
const WITHOUT_BLANKS = [...EYE_WORDS.keys()].filter((word) => !/[\s.]/u.test(word));
const LATIN = alternation(WITHOUT_BLANKS.filter((word) => /^[a-z]+$/u.test(word)));
const IDEOGRAPHIC = alternation(
  WITHOUT_BLANKS.filter((word) => /^[\p{Script=Han}\p{Script=Hangul}]+$/u.test(word)),
);
/**
 * Each word by itself: where V8 compiles an expression without optimising it, as it does once a process has compiled many, it
 * forgets a modifier that is around alternatives.
 */
const CAPITALISED = ['Left', 'Right', 'OD', 'OS'].map((word) => `(?-i:${word})`).join('|');
/** An eye without a separator before it: behind a digit (P12OD), ideographs (张三左眼), a small letter (imageLeft). */
const GLUED = `(?:(?<=\\d)(?:${LATIN})|(?<=[\\p{L}\\d])(?:${IDEOGRAPHIC})|(?<=\\p{Ll})(?:${CAPITALISED}))`;
const NUMBER = '(?:(?:(?:img|image|pic|photo|frame|no|nr|n|v|x)[_-]?)?\\d+[a-d]?)';
const COPY = '(?:copy|kopie|copie|copia|cópia|retake|repeat|副本|コピー|복사본)';

/** What may stand behind the eye, in any order, that never names a patient: date, time, number, field, copy. */
export const TAIL_ITEM = `(?<date>${DAY_SOURCE})|(?<time>${TIME_SOURCE})|(?<field>${FIELD})|${NUMBER}|${COPY}`;
const UNNAMED_ITEM = `${DAY_SOURCE}|${TIME_SOURCE}|${FIELD}|${NUMBER}|${COPY}`;

const ANY: ReadonlySet<Placeholder> = new Set(['patient', 'clinic', 'exam', 'ignore', 'unknown']);
const SOURCES: Readonly<Partial<Record<Placeholder, string>>> = {
  date: DAY_SOURCE,
  time: TIME_SOURCE,
  eye: EYE,
  glued: GLUED,
  field: FIELD,
  n: '\\d+',
  tail: `(?:\\d{1,3}(?!\\d))?(?:${SEPARATORS}+(?:${UNNAMED_ITEM})(?![\\p{L}\\d]))*${SEPARATORS}*`,
};

export interface CompileOptions {
  /** `any`: `_` stands for any separators and brackets for a part that may be absent; `literal`: both are themselves. */
  readonly separators: 'any' | 'literal';
  /** Whether parts without a form of their own (patient, clinic, exam, ignore) take as little or as much as they can. */
  readonly take: 'little' | 'much';
}

/** The placeholders of a pattern, in order; `null` in place of a name that is none. */
export function placeholdersOf(template: string): (Placeholder | null)[] {
  return [...template.matchAll(/\{([^{}]*)\}/gu)].map(
    ([, name]) => PLACEHOLDERS.find((known) => known === name) ?? null,
  );
}

/**
 * Compiles the pattern of one folder or one file name without its extension. Names are to be given in normal form C and
 * of ordinary width. `{ignore}` may stand in it several times; every other placeholder once.
 *
 * @example compilePattern('{patient}_{eye}', { separators: 'any', take: 'little' }).exec('P1 - OD')?.groups // patient P1
 */
export function compilePattern(template: string, { separators, take }: CompileOptions): RegExp {
  const quantifier = take === 'little' ? '+?' : '+';
  const parts = template.split(/(\{[^{}]*\})/u).map((part) => {
    const name = PLACEHOLDERS.find((known) => part === `{${known}}`);
    if (name === undefined) {
      if (separators === 'literal') return escaped(part);
      return [...part]
        .map((sign) => ({ _: `${SEPARATORS}+`, '[': '(?:', ']': ')?' })[sign] ?? escaped(sign))
        .join('');
    }
    const source = ANY.has(name) ? `[^/]${quantifier}` : (SOURCES[name] ?? '');
    return name === 'ignore' ? `(?:${source})` : `(?<${name}>${source})`;
  });
  return new RegExp(`^${parts.join('')}$`, 'diu');
}
