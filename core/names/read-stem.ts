import { eyeWord } from '../exams/eye-words.ts';
import type { Field } from '../exams/field.ts';
import type { Laterality } from '../exams/laterality.ts';
import { DAY_SOURCE, isTime, type NamedDay, parseDay } from './day.ts';
import { fieldOf } from './field-words.ts';
import { compilePattern, SEPARATORS, TAIL_ITEM } from './pattern.ts';
import { EYELESS_PATTERNS, NAME_PATTERNS, type NamePattern, UNKNOWN_WORD_PATTERN } from './patterns.ts';
import { ordinaryWidth } from './width.ts';

/** An eye where a name says it. */
export interface EyeInName {
  readonly laterality: Laterality;
  readonly clear: boolean;
  /** As it is written, in ordinary width. */
  readonly word: string;
}

/** A file's or a folder's name as one pattern reads it. */
export interface StemReading {
  readonly pattern: NamePattern;
  /** As it is written; `null` where the name holds none. */
  readonly patient: string | null;
  readonly eye: EyeInName | null;
  readonly day: NamedDay | null;
  readonly field: Field | null;
  /** A word behind the eye that we do not know. */
  readonly unknown: string | null;
  /** Everything but the eye: it may name another eye, or the same again. */
  readonly rest: string;
}

interface Compiled {
  readonly pattern: NamePattern;
  readonly form: RegExp;
}

function compiled(pattern: NamePattern): Compiled {
  return { pattern, form: compilePattern(pattern.template, { separators: 'any', take: 'little' }) };
}

const WITH_EYE = [...NAME_PATTERNS, UNKNOWN_WORD_PATTERN].map(compiled);
const WITHOUT_EYE = EYELESS_PATTERNS.map(compiled);
const EDGES = new RegExp(`^${SEPARATORS}+|${SEPARATORS}+$`, 'gu');
const ITEM = new RegExp(TAIL_ITEM, 'giu');
const A_DAY = new RegExp(DAY_SOURCE, 'iu');

/** The first day that a text holds. */
export function dayIn(text: string): NamedDay | null {
  const found = A_DAY.exec(ordinaryWidth(text));
  return found === null ? null : parseDay(found[0]);
}

function tailOf(tail: string): Pick<StemReading, 'day' | 'field'> {
  let day: NamedDay | null = null;
  let field: Field | null = null;
  for (const { groups } of tail.matchAll(ITEM)) {
    day ??= groups?.date === undefined ? null : parseDay(groups.date);
    field ??= groups?.field === undefined ? null : fieldOf(groups.field);
  }
  return { day, field };
}

/** A number, a time or a date behind the eye does not name a patient. */
function isNumberOnly(text: string): boolean {
  return /^\d+$/u.test(text) || isTime(text) || parseDay(text) !== null;
}

function eyeOf(word: string): EyeInName | null {
  const meaning = eyeWord(word);
  return meaning && { ...meaning, word };
}

function read(stem: string, { pattern, form }: Compiled): StemReading | null {
  const plain = ordinaryWidth(stem);
  const { groups, indices } = form.exec(plain) ?? {};
  const places = indices?.groups;
  if (groups === undefined || places === undefined) return null;
  const part = (name: string): string | null => {
    const place = places[name];
    return place === undefined ? null : stem.slice(...place);
  };
  const word = groups.eye ?? groups.glued;
  const day = groups.date === undefined ? null : parseDay(groups.date);
  if (groups.date !== undefined && day === null) return null;
  const patient = part('patient')?.replace(EDGES, '') ?? null;
  if (patient === '') return null;
  const isEyeFirst = pattern.template.indexOf('{eye}') === 0;
  if (patient !== null && isEyeFirst && isNumberOnly(ordinaryWidth(patient))) return null;
  const tail = tailOf(groups.tail ?? '');
  const eyePlace = places.eye ?? places.glued;
  return {
    pattern,
    patient,
    eye: word === undefined ? null : eyeOf(word),
    day: day ?? tail.day,
    field: (groups.field === undefined ? null : fieldOf(groups.field)) ?? tail.field,
    unknown: part('unknown'),
    rest: eyePlace === undefined ? plain : `${plain.slice(0, eyePlace[0])} ${plain.slice(eyePlace[1])}`,
  };
}

/**
 * Reads a file's name without its extension by every pattern.
 *
 * @returns a reading for each pattern that fits, those that tell an eye only
 */
export function readStem(stem: string): readonly StemReading[] {
  const trimmed = trimmedStem(stem);
  if (isBeyondReading(trimmed)) return [];
  return WITH_EYE.flatMap((pattern) => read(trimmed, pattern) ?? []);
}

/** Reads a file's name that need not tell an eye, since its folder does. */
export function readEyelessStem(stem: string): StemReading | null {
  const trimmed = trimmedStem(stem);
  if (isBeyondReading(trimmed)) return null;
  return WITHOUT_EYE.map((pattern) => read(trimmed, pattern)).find((reading) => reading !== null) ?? null;
}

/** No file system has longer names. */
const LONGEST_STEM = 255;
/** More signs between two words than a person writes. */
const LONG_GAP = new RegExp(`${SEPARATORS}{6,}`, 'u');
/** A name of patient, visit, date, time, eye and field has ten. */
const MOST_GAPS = 16;
const GAP = new RegExp(`${SEPARATORS}+`, 'gu');

/**
 * Whether a name is none that a person or a camera gives. A pattern may part words and runs of signs in many ways: the
 * time to find that none fits grows with a power of their number, and a stranger chose the name. Such a name has no
 * reading, and its file is refused by name.
 */
function isBeyondReading(stem: string): boolean {
  return stem.length > LONGEST_STEM || LONG_GAP.test(stem) || (stem.match(GAP)?.length ?? 0) > MOST_GAPS;
}

const AT_THE_START = new RegExp(`^${SEPARATORS}+`, 'u');
const AT_THE_END = new RegExp(`${SEPARATORS}+$`, 'u');

function trimmedStem(stem: string): string {
  const text = stem.normalize('NFC');
  const plain = ordinaryWidth(text);
  const start = plain.length - plain.replace(AT_THE_START, '').length;
  return text.slice(start, plain.replace(AT_THE_END, '').length);
}
