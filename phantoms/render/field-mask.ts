import type { Camera } from '../anatomy/camera.ts';
import type { Placement } from '../drawing/plane.ts';

/** How far beyond its edge the field is drawn, so that blur takes no black from outside. In field radii. */
const BLEED = 0.03;

function beyondEdge(camera: Camera, x: number, y: number): number {
  const round = Math.sqrt(x * x + y * y) - 1;
  const field = Math.max(round, Math.abs(y) - camera.crop);
  if (camera.notch === null) return field;
  const { angle, size } = camera.notch;
  const along = x * Math.cos(angle) + y * Math.sin(angle) - 1;
  const across = y * Math.cos(angle) - x * Math.sin(angle);
  const tab = camera.notch.round
    ? Math.hypot(along, across) - size
    : Math.max(Math.abs(along) - size * 1.2, Math.abs(across) - size);
  return Math.min(field, Math.max(tab, Math.abs(y) - camera.crop));
}

/** The visible field and the somewhat wider one that is to be drawn: 255 inside, 0 outside, soft at the edge. */
export interface FieldMask {
  readonly visible: Uint8Array;
  readonly drawn: Uint8Array;
}

/** Draws the field of a camera: a circle, cut off at top and bottom or not, with a notch or without. */
export function drawFieldMask(camera: Camera, placement: Placement, size: number): FieldMask {
  const visible = new Uint8Array(size * size);
  const drawn = new Uint8Array(size * size);
  const { centre, scale } = placement;
  const soft = Math.max(camera.edgeSoftness, 1 / scale);
  const inner = Math.min(0.94, camera.crop - 0.03);
  for (let row = 0; row < size; row++) {
    const y = (row - centre) / scale;
    const half = Math.abs(y) < inner ? Math.sqrt(0.94 * 0.94 - y * y) : 0;
    for (let column = 0; column < size; column++) {
      const x = (column - centre) / scale;
      const at = row * size + column;
      if (Math.abs(x) < half) {
        visible[at] = 255;
        drawn[at] = 255;
        continue;
      }
      const beyond = beyondEdge(camera, x, y);
      visible[at] = Math.round(255 * Math.max(0, Math.min(1, -beyond / soft)));
      drawn[at] = beyond < BLEED ? 255 : 0;
    }
  }
  return { visible, drawn };
}
