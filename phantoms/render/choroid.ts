import type { EyeAnatomy } from '../anatomy/eye-anatomy.ts';
import { type Placement, Plane } from '../drawing/plane.ts';
import { drawStroke } from '../drawing/stroke.ts';
import type { Random } from '../random.ts';

const VESSELS = 400;
const STEP = 0.03;

/**
 * Draws the large choroidal vessels, which show as broad reddish bands between darker pigment where the pigment
 * epithelium is thin: a net that streams from the disc and macula towards the equator.
 */
export function drawChoroid(eye: EyeAnatomy, random: Random, placement: Placement): Plane {
  const plane = new Plane(Math.round(placement.centre * 2 + 1));
  const hub = { x: eye.disc.x * 0.6 + eye.fovea.x * 0.4, y: eye.fovea.y };
  for (let i = 0; i < VESSELS; i++) {
    const angle = random.uniform(0, 2 * Math.PI);
    const start = 1.15 * Math.sqrt(random.next());
    let x = start * Math.cos(angle);
    let y = start * Math.sin(angle);
    const width = random.uniform(0.008, 0.018);
    const strength = 255 * random.next() ** 0.8;
    const lean = random.normal(0, 0.5);
    let heading = Math.atan2(y - hub.y, x - hub.x) + lean;
    const xs = [x];
    const ys = [y];
    for (let step = random.integer(8, 26); step > 0; step--) {
      const away = Math.atan2(y - hub.y, x - hub.x) + lean - heading;
      heading += 0.12 * Math.atan2(Math.sin(away), Math.cos(away)) + random.normal(0, 0.2);
      x += STEP * Math.cos(heading);
      y += STEP * Math.sin(heading);
      xs.push(x);
      ys.push(y);
    }
    const halfWidths = xs.map((_, k) => width * (0.25 + 0.95 * Math.sin((Math.PI * (k + 0.5)) / xs.length)));
    const depth = (half: number) => strength * Math.min(1, (half / width) ** 1.5);
    drawStroke(plane, placement, { xs, ys, halfWidths }, depth, 'round');
  }
  return soften(soften(soften(plane)));
}

/** Averages over 3 by 3 pixels. */
function soften(plane: Plane): Plane {
  const soft = new Plane(plane.size);
  const { size, values } = plane;
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      let sum = 0;
      for (let row = y - 1; row <= y + 1; row++) {
        const at = row * size + x;
        sum += (values[at - 1] ?? 0) + 2 * (values[at] ?? 0) + (values[at + 1] ?? 0);
      }
      soft.values[y * size + x] = sum / 12;
    }
  }
  return soft;
}
