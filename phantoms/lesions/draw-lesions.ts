import type { EyeAnatomy } from '../anatomy/eye-anatomy.ts';
import type { Placement } from '../drawing/plane.ts';
import { SIGNS, type Sign } from '../labels.ts';
import type { LesionContext } from './lesion-context.ts';
import { LesionPlanes } from './lesion-planes.ts';
import { drawDrusen, drawGeographicAtrophy } from './macular-degeneration.ts';
import {
  drawAsteroidHyalosis,
  drawChoroidalNaevus,
  drawEpiretinalMembrane,
  drawLaserScars,
  drawMyelinatedFibres,
} from './other-signs.ts';
import {
  drawCottonWoolSpots,
  drawHaemorrhages,
  drawHardExudates,
  drawMicroaneurysms,
} from './retinopathy.ts';

/** Signs that are spots on the retina; the others change disc, vessels, choroid or media where those are drawn. */
const DRAWINGS: Readonly<Partial<Record<Sign, (context: LesionContext) => void>>> = {
  microaneurysms: drawMicroaneurysms,
  haemorrhages: drawHaemorrhages,
  'hard-exudates': drawHardExudates,
  'cotton-wool-spots': drawCottonWoolSpots,
  drusen: drawDrusen,
  'geographic-atrophy': drawGeographicAtrophy,
  'epiretinal-membrane': drawEpiretinalMembrane,
  'laser-scars': drawLaserScars,
  'myelinated-nerve-fibres': drawMyelinatedFibres,
  'choroidal-naevus': drawChoroidalNaevus,
  'asteroid-hyalosis': drawAsteroidHyalosis,
};

/** Draws all spots of an eye's signs. Each sign has its own stream, so one more leaves the others in their places. */
export function drawLesions(eye: EyeAnatomy, placement: Placement, size: number): LesionPlanes {
  const planes = new LesionPlanes(size);
  for (const sign of SIGNS) {
    const grade = eye.signs[sign];
    if (grade === undefined) continue;
    DRAWINGS[sign]?.({ eye, planes, placement, grade, random: eye.random.fork('lesions', sign) });
  }
  return planes;
}
