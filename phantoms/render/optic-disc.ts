import type { EyeAnatomy } from '../anatomy/eye-anatomy.ts';
import type { PatientTraits } from '../anatomy/patient-traits.ts';
import type { Random } from '../random.ts';
import { noiseAt } from './noise.ts';

/** What the disc does to one pixel: it becomes `(1 - cover) * pixel + cover * disc`. */
export interface DiscPixel {
  cover: number;
  red: number;
  green: number;
  blue: number;
}

/** Looks up the optic disc and its surroundings at places of the retina. */
export interface OpticDisc {
  /** No pixel farther from the disc's centre changes. In field radii. */
  readonly reach: number;
  /** Writes the disc's colour and cover at a place of the retina into `pixel`. */
  at(x: number, y: number, pixel: DiscPixel): void;
}

function rise(from: number, to: number, value: number): number {
  const share = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** A closed outline about 1, uneven by a few waves. */
function unevenOutline(random: Random, amount: number): (angle: number) => number {
  const waves = [2, 3, 4, 5].map((count) => ({
    count,
    phase: random.uniform(0, 2 * Math.PI),
    amplitude: random.normal(0, amount / count),
  }));
  return (angle) => waves.reduce((sum, w) => sum + w.amplitude * Math.cos(w.count * angle + w.phase), 1);
}

function crescentAt(grade: number, outline: (angle: number) => number) {
  const shift = [0, 0.2, 0.4, 0.6][grade] ?? 0;
  const grown = [1, 1.12, 1.22, 1.4][grade] ?? 1;
  return (u: number, v: number): number => {
    const cu = u + shift;
    const radius = Math.hypot(cu, v * 0.94) / (grown * outline(Math.atan2(v, cu)));
    return 0.9 * rise(1.06, 0.96, radius);
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** Colours of the disc's parts, all warm, the lighter the lighter the fundus. */
function discColours([red, green, blue]: PatientTraits['colour']) {
  const lift = (share: number, greenGain: number, least: number, most: number, yellowest: number) => {
    const r = Math.min(red + (252 - red) * share, red * (1 + 1.1 * share));
    const g = clamp(green * greenGain, least * r, most * r);
    return [r, g, clamp(blue * greenGain, yellowest * g, 0.8 * g)] as const;
  };
  return {
    rim: lift(0.55, 1.6, 0.5, 0.72, 0.32),
    cup: lift(0.9, 2.5, 0.76, 0.88, 0.42),
    sclera: lift(0.5, 1.8, 0.6, 0.8, 0.45),
  };
}

/**
 * Prepares an eye's optic disc: an upright oval with a soft edge, an orange rim that is pinker on the nose's side,
 * a paler cup, and outside of it a pale scleral crescent in myopia.
 */
export function drawOpticDisc(eye: EyeAnatomy, fundus: PatientTraits['colour']): OpticDisc {
  const colours = discColours(fundus);
  const random = eye.random.fork('disc');
  const { disc } = eye;
  const outline = unevenOutline(random.fork('outline'), 0.035);
  const cupOutline = unevenOutline(random.fork('cup'), 0.09);
  const crescentGrade = eye.signs['peripapillary-crescent'] ?? 0;
  const crescent = crescentAt(crescentGrade, unevenOutline(random.fork('crescent'), 0.08));
  const glaucoma = eye.signs['enlarged-cup'] ?? 0;
  const soft = random.uniform(0.05, 0.12);
  const cup = { u: -0.12 * (1 - disc.cupToDiscRatio), v: random.normal(0, 0.03) + 0.02 * glaucoma };
  const cupSoft = random.uniform(0.16, 0.34) * (glaucoma > 0 ? 0.7 : 1);
  const pallor = random.uniform(0.85, 1.1) + 0.08 * glaucoma;
  const ringWidth = random.chance(0.5) ? random.uniform(0.03, 0.09) : 0;
  const cos = Math.cos(disc.tilt);
  const sin = Math.sin(disc.tilt);
  const offset = random.uniform(0, 200);
  return {
    reach: disc.radius * (crescentGrade > 0 ? 2.2 : 1.35),
    at(x, y, pixel) {
      const dx = (x - disc.x) / disc.radius;
      const dy = (y - disc.y) / disc.radius;
      const u = (dx * cos + dy * sin) * disc.oval;
      const v = -dx * sin + dy * cos;
      const radius = Math.sqrt(u * u + v * v) / outline(Math.atan2(v, u));
      const inside = rise(1 + soft, 1 - soft, radius);
      const cu = u - cup.u;
      const cv = v - cup.v;
      const cupRadius =
        Math.sqrt(cu * cu * 1.12 + cv * cv) / (disc.cupToDiscRatio * cupOutline(Math.atan2(cv, cu)));
      const cupped = rise(1 + cupSoft, 1 - cupSoft, cupRadius);
      const grain = 0.03 * noiseAt(x * 110 + offset, y * 110);
      const temporal = rise(0.9, -0.9, u);
      const rim = (0.93 + 0.12 * temporal) * (0.5 + 0.5 * pallor) + grain;
      const pale = pallor + grain;
      const outside = crescentGrade > 0 ? crescent(u, v) * (1 - inside) : 0;
      const ring =
        ringWidth > 0 ? 0.5 * temporal * rise(1 + 2.5 * ringWidth, 1 + ringWidth, radius) * (1 - inside) : 0;
      const whiter = Math.max(outside, ring);
      const total = inside + whiter;
      pixel.cover = Math.min(1, total);
      if (total <= 0) return;
      const discShare = inside / total;
      const edge = 1 - discShare;
      const blotch = 0.06 * noiseAt(x * 40 + offset, y * 40 + offset);
      const mixed = (rimLevel: number, cupLevel: number, edgeLevel: number) =>
        discShare * (rimLevel * rim * (1 - cupped) + cupLevel * pale * cupped) +
        edge * edgeLevel * (1 + blotch);
      pixel.red = mixed(colours.rim[0], colours.cup[0], colours.sclera[0]);
      pixel.green = mixed(colours.rim[1], colours.cup[1], colours.sclera[1]);
      pixel.blue = mixed(colours.rim[2], colours.cup[2], colours.sclera[2]);
    },
  };
}
