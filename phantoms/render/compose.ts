import type { Placement } from '../drawing/plane.ts';
import type { LesionPlanes } from '../lesions/lesion-planes.ts';
import { type Backdrop, GRID } from './backdrop.ts';
import type { Lighting } from './lighting.ts';
import { noiseAt } from './noise.ts';
import type { DiscPixel, OpticDisc } from './optic-disc.ts';
import type { VesselPlanes } from './vessel-planes.ts';

/** All layers of one eye. */
export interface Layers {
  readonly backdrop: Backdrop;
  readonly lighting: Lighting;
  readonly disc: OpticDisc;
  readonly discAt: { readonly x: number; readonly y: number };
  readonly vessels: VesselPlanes;
  readonly lesions: LesionPlanes;
  /** Strength of the grain of the pigment epithelium. */
  readonly mottling: number;
  readonly grainOffset: number;
}

/** Transmission of light for each value of a plane of blood. */
function transmission(absorbance: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => Math.exp((-absorbance * value) / 255));
}

// Blood takes little red and most green; oxygenated blood less than venous (relative values fitted to photographs).
const ARTERY = [transmission(0.16), transmission(0.62), transmission(0.46)] as const;
const VEIN = [transmission(0.42), transmission(0.92), transmission(0.62)] as const;
const LEAKED = [transmission(0.4), transmission(0.98), transmission(0.72)] as const;
const PIGMENT = [transmission(0.85), transmission(0.65), transmission(0.45)] as const;

/** Levels above which a sensor's response flattens. */
const SHOULDER = 205;

function expose(level: number): number {
  if (level <= SHOULDER) return Math.max(level, 0);
  return 255 - (255 - SHOULDER) * Math.exp((SHOULDER - level) / (255 - SHOULDER));
}

function gridRow(plane: Float32Array, position: number, row: Float32Array): void {
  const top = Math.max(0, Math.min(GRID - 1, Math.floor(position)));
  const bottom = Math.min(GRID - 1, top + 1);
  const share = Math.max(0, Math.min(1, position - top));
  for (let i = 0; i < GRID; i++) {
    row[i] = (plane[top * GRID + i] ?? 0) * (1 - share) + (plane[bottom * GRID + i] ?? 0) * share;
  }
}

/**
 * Lays all layers over each other, from the choroid to the lens.
 *
 * @param mask only pixels with a value above 0 are worked out
 * @returns RGB, row by row, `size * size * 3` bytes
 */
export function composeLayers(
  layers: Layers,
  placement: Placement,
  mask: Uint8Array,
  size: number,
): Uint8Array {
  const { backdrop, lighting, disc, discAt, vessels, lesions, mottling, grainOffset } = layers;
  const { centre, scale, mirror } = placement;
  const pixels = new Uint8Array(size * size * 3);
  const perPixel = GRID / size;
  const sources = [backdrop.red, backdrop.green, backdrop.blue, lighting.light, lighting.veil];
  const rows = sources.map(() => new Float32Array(GRID));
  const [reds, greens, blues, lights, veils] = rows as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [veilRed, veilGreen, veilBlue] = lighting.veilColour;
  const arteries = vessels.arteries.values;
  const veins = vessels.veins.values;
  const reflexes = vessels.reflexes.values;
  const blood = lesions.blood?.values;
  const yellow = lesions.yellow?.values;
  const white = lesions.white?.values;
  const pigment = lesions.pigment?.values;
  const pixel: DiscPixel = { cover: 0, red: 0, green: 0, blue: 0 };
  const reach = disc.reach * disc.reach;
  for (let row = 0; row < size; row++) {
    const y = (row - centre) / scale;
    const gridY = (row + 0.5) * perPixel - 0.5;
    for (let s = 0; s < sources.length; s++)
      gridRow(sources[s] as Float32Array, gridY, rows[s] as Float32Array);
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      if (mask[at] === 0) continue;
      const x = (mirror * (column - centre)) / scale;
      const gridX = Math.max(0, Math.min(GRID - 1.001, (column + 0.5) * perPixel - 0.5));
      const i = gridX | 0;
      const f = gridX - i;
      const e = 1 - f;
      const grain =
        1 +
        mottling *
          (0.017 * noiseAt(x * 95 + grainOffset, y * 95) + 0.015 * noiseAt(x * 38, y * 38 + grainOffset));
      let red = ((reds[i] ?? 0) * e + (reds[i + 1] ?? 0) * f) * (0.4 + 0.6 * grain);
      let green = ((greens[i] ?? 0) * e + (greens[i + 1] ?? 0) * f) * grain;
      let blue = ((blues[i] ?? 0) * e + (blues[i + 1] ?? 0) * f) * grain;

      let covered = 0;
      const dx = x - discAt.x;
      const dy = y - discAt.y;
      if (dx * dx + dy * dy < reach) {
        disc.at(x, y, pixel);
        covered = pixel.cover;
        red += pixel.cover * (pixel.red * grain - red);
        green += pixel.cover * (pixel.green * grain - green);
        blue += pixel.cover * (pixel.blue * grain - blue);
      }
      if (yellow !== undefined && yellow[at] !== 0) {
        const cover = (yellow[at] ?? 0) / 255;
        red += cover * (red * 0.35 + 50);
        green += cover * (green * 0.5 + 44);
        blue += cover * (blue * 0.35 + 14);
      }
      if (pigment !== undefined && pigment[at] !== 0) {
        red *= PIGMENT[0][pigment[at] ?? 0] ?? 1;
        green *= PIGMENT[1][pigment[at] ?? 0] ?? 1;
        blue *= PIGMENT[2][pigment[at] ?? 0] ?? 1;
      }
      const vein = veins[at] ?? 0;
      if (vein !== 0) {
        red *= VEIN[0][vein] ?? 1;
        green *= VEIN[1][vein] ?? 1;
        blue *= VEIN[2][vein] ?? 1;
      }
      const artery = arteries[at] ?? 0;
      if (artery !== 0) {
        // An artery lies before the vein that it crosses and hides most of it.
        const before = vein === 0 ? 1 : 1 + 0.25 * (artery / 255) * (vein / 255);
        red *= (ARTERY[0][artery] ?? 1) * before;
        green *= (ARTERY[1][artery] ?? 1) * before;
        blue *= (ARTERY[2][artery] ?? 1) * before;
      }
      if (reflexes[at] !== 0) {
        const shine = ((reflexes[at] ?? 0) / 255) * (1 - 0.85 * covered);
        red *= 1 + 0.18 * shine;
        green *= 1 + 0.42 * shine;
        blue *= 1 + 0.35 * shine;
      }
      if (blood !== undefined && blood[at] !== 0) {
        red *= LEAKED[0][blood[at] ?? 0] ?? 1;
        green *= LEAKED[1][blood[at] ?? 0] ?? 1;
        blue *= LEAKED[2][blood[at] ?? 0] ?? 1;
      }
      if (white !== undefined && white[at] !== 0) {
        const cover = (white[at] ?? 0) / 255;
        red += cover * Math.max(0, 0.9 * (red * 0.3 + 60));
        green += cover * Math.max(0, 0.9 * (green * 0.5 + 75));
        blue += cover * Math.max(0, 0.9 * (blue * 0.5 + 60));
      }
      const light = (lights[i] ?? 0) * e + (lights[i + 1] ?? 0) * f;
      const veil = (veils[i] ?? 0) * e + (veils[i + 1] ?? 0) * f;
      const through = light * (1 - veil);
      pixels[at * 3] = expose(red * through + veil * veilRed);
      pixels[at * 3 + 1] = expose(green * through + veil * veilGreen);
      pixels[at * 3 + 2] = expose(blue * through + veil * veilBlue);
    }
  }
  return pixels;
}
