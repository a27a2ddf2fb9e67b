/** Diseases in the names of the ODIR-5K labels. */
export const DISEASES = [
  'diabetic-retinopathy',
  'glaucoma',
  'cataract',
  'amd',
  'hypertension',
  'myopia',
  'other',
] as const;

export type Disease = (typeof DISEASES)[number];
export type Label = 'normal' | Disease;

/** Signs that can be drawn, each mild (1), moderate (2) or severe (3). */
export const SIGNS = [
  'microaneurysms',
  'haemorrhages',
  'hard-exudates',
  'cotton-wool-spots',
  'enlarged-cup',
  'media-haze',
  'drusen',
  'geographic-atrophy',
  'arteriolar-narrowing',
  'arteriovenous-nicking',
  'peripapillary-crescent',
  'tessellation',
  'epiretinal-membrane',
  'laser-scars',
  'myelinated-nerve-fibres',
  'choroidal-naevus',
  'asteroid-hyalosis',
] as const;

export type Sign = (typeof SIGNS)[number];
export type Grade = 1 | 2 | 3;
export type Signs = Readonly<Partial<Record<Sign, Grade>>>;

/** Brings a number to the nearest grade. */
export function toGrade(value: number): Grade {
  return Math.max(1, Math.min(3, Math.round(value))) as Grade;
}
