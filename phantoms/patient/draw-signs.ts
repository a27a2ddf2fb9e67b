import { type Disease, type Grade, type Sign, type Signs, toGrade } from '../labels.ts';
import type { Random } from '../random.ts';

type Draft = Partial<Record<Sign, Grade>>;

/** Deepens a sign; a sign that two diseases share keeps the higher grade. */
function add(signs: Draft, sign: Sign, grade: number): void {
  if (grade >= 0.5) signs[sign] = toGrade(Math.max(signs[sign] ?? 0, grade));
}

function diabeticRetinopathy(random: Random, severity: Grade, signs: Draft): void {
  add(signs, 'microaneurysms', severity);
  if (severity >= 2) {
    add(signs, 'haemorrhages', severity - 1 + random.integer(0, 1));
    if (random.chance(0.7)) add(signs, 'hard-exudates', random.integer(1, severity));
  }
  if (severity === 3) add(signs, 'cotton-wool-spots', random.integer(1, 3));
}

function hypertension(random: Random, severity: Grade, signs: Draft): void {
  add(signs, 'arteriolar-narrowing', severity);
  add(signs, 'arteriovenous-nicking', random.integer(Math.max(1, severity - 1), severity));
  if (severity === 3) {
    add(signs, 'cotton-wool-spots', random.integer(1, 2));
    add(signs, 'haemorrhages', 1);
  }
}

function macularDegeneration(random: Random, severity: Grade, signs: Draft): void {
  add(signs, 'drusen', severity);
  if (severity === 3 && random.chance(0.4)) add(signs, 'geographic-atrophy', random.integer(1, 3));
}

function myopia(random: Random, severity: Grade, signs: Draft): void {
  add(signs, 'peripapillary-crescent', severity);
  add(signs, 'tessellation', severity - 0.4 + random.next());
}

/** What a patient has who is labelled `other`; the same in both eyes. */
export const OTHER_SIGNS = [
  'epiretinal-membrane',
  'laser-scars',
  'myelinated-nerve-fibres',
  'choroidal-naevus',
  'asteroid-hyalosis',
] as const satisfies readonly Sign[];

/**
 * Draws the signs that each disease, at its severity in this eye, leaves in the fundus.
 *
 * @param otherSign the sign that stands for `other`
 */
export function drawSigns(
  random: Random,
  severities: ReadonlyMap<Disease, Grade>,
  otherSign: (typeof OTHER_SIGNS)[number],
): Signs {
  const signs: Draft = {};
  for (const [disease, severity] of severities) {
    const stream = random.fork(disease);
    if (disease === 'diabetic-retinopathy') diabeticRetinopathy(stream, severity, signs);
    else if (disease === 'glaucoma') add(signs, 'enlarged-cup', severity);
    else if (disease === 'cataract') add(signs, 'media-haze', severity);
    else if (disease === 'amd') macularDegeneration(stream, severity, signs);
    else if (disease === 'hypertension') hypertension(stream, severity, signs);
    else if (disease === 'myopia') myopia(stream, severity, signs);
    else add(signs, otherSign, severity);
  }
  return signs;
}
