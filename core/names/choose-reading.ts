import { eyesIn } from './eyes-in-text.ts';
import { dayIn, type EyeInName, readStem, type StemReading } from './read-stem.ts';

/** How far one reading explains a name: 1 in full, 0 not at all. */
export interface WeighedReading {
  readonly reading: StemReading;
  readonly weight: number;
  /** Whether the eye is told by a word that may be a name or an initial, and nothing in the folder shows that it is none. */
  readonly isEyeDoubtful: boolean;
}

/** The words that stand for eyes at one place of a pattern, since some patient has the other eye there too. */
export type PairedWords = ReadonlyMap<string, ReadonlySet<string>>;

const wordOf = (eye: EyeInName): string => eye.word.normalize('NFKC').toLowerCase();

/** An initial or an abbreviation may be an eye; `Le` or `la` beside other words is a name or an article. */
function maybeEye({ word }: EyeInName): boolean {
  return [...word].length === 1 || (word === word.toUpperCase() && word !== word.toLowerCase());
}

/** `Le`, `Ra`: as names are written. */
function isTitle({ word, clear }: EyeInName): boolean {
  return !clear && /^\p{Lu}\p{Ll}+$/u.test(word);
}

/** `R_Smith_0001` begins with an initial, not with an eye. */
function isBeforePatient({ pattern, patient }: StemReading): boolean {
  return patient !== null && pattern.template.startsWith('{eye}');
}

/**
 * Finds the words that are eyes for sure: of one patient there is the one and the other at the same place of the name.
 *
 * @param stems of the folder's files, each with the folder that it lies in
 */
export function pairedWords(
  stems: readonly { readonly folder: string; readonly readings: readonly StemReading[] }[],
): PairedWords {
  const places = new Map<string, { template: string; eyes: Map<string, EyeInName> }>();
  for (const { folder, readings } of stems) {
    for (const reading of readings) {
      const { pattern, patient, eye } = reading;
      if (eye === null) continue;
      // Le and Re in front of a name are surnames even where both are there.
      if (isTitle(eye) && isBeforePatient(reading)) continue;
      const key = JSON.stringify([pattern.template, folder, patient]);
      const place = places.get(key) ?? { template: pattern.template, eyes: new Map() };
      place.eyes.set(wordOf(eye), eye);
      places.set(key, place);
    }
  }
  const paired = new Map<string, Set<string>>();
  for (const { template, eyes } of places.values()) {
    if (new Set([...eyes.values()].map(({ laterality }) => laterality)).size < 2) continue;
    const words = paired.get(template) ?? new Set();
    for (const word of eyes.keys()) words.add(word);
    paired.set(template, words);
  }
  return paired;
}

function weigh(reading: StemReading, paired: PairedWords): WeighedReading | null {
  const { eye, patient, pattern, unknown } = reading;
  if (eye === null) return null;
  const isPaired = paired.get(pattern.template)?.has(wordOf(eye)) === true;
  const isSure = eye.clear || (isPaired && !(isTitle(eye) && isBeforePatient(reading)));
  if (!isSure && (!maybeEye(eye) || isBeforePatient(reading))) return null;
  let weight = isSure ? 1 : 0.3;
  if (pattern.unverified) weight *= 0.5;
  if (unknown !== null) weight *= 0.4;
  const others = patient === null ? new Set() : eyesIn(patient);
  if (others.size > 0) weight *= others.size === 1 && others.has(eye.laterality) ? 0.6 : 0.4;
  // Less than a camera's pattern that reads the date: by it each photograph would be a patient.
  if (patient !== null && dayIn(patient) !== null) weight *= 0.45;
  return { reading, weight, isEyeDoubtful: !isSure };
}

/**
 * Chooses for each name the reading that explains it best; among equals the pattern that explains most of the whole
 * folder.
 *
 * @returns in the order of the stems; `null` where no pattern finds an eye
 */
export function chooseReadings(
  stems: readonly { readonly folder: string; readonly stem: string }[],
): (WeighedReading | null)[] {
  const read = stems.map(({ folder, stem }) => ({ folder, readings: readStem(stem) }));
  const paired = pairedWords(read);
  const weighed = read.map(({ readings }) => readings.flatMap((reading) => weigh(reading, paired) ?? []));
  const explained = new Map<string, number>();
  for (const { reading, weight } of weighed.flat()) {
    const { template } = reading.pattern;
    explained.set(template, (explained.get(template) ?? 0) + weight);
  }
  const of = ({ reading }: WeighedReading): number => explained.get(reading.pattern.template) ?? 0;
  return weighed.map((candidates) =>
    candidates.reduce<WeighedReading | null>((best, next) => {
      if (best === null || next.weight > best.weight) return next;
      return next.weight === best.weight && of(next) > of(best) ? next : best;
    }, null),
  );
}
