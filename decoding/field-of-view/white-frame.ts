import type { Channels } from './view.ts';
import { VIEW_SIZE } from './view.ts';

const SIZE = VIEW_SIZE;
const WHITE = 235;

/**
 * Blackens a white page around the photograph: some cameras' exports lie on one. Only what is joined to a corner of
 * the frame counts, so a burnt-out retina stays as it is.
 *
 * @returns the brightest channel, uint8 [224, 224]
 */
export function withoutWhiteFrame({ red, green, blue, brightest }: Channels): Uint8Array {
  const plane = Uint8Array.from(brightest);
  const isWhite = (index: number) =>
    (red[index] ?? 0) >= WHITE && (green[index] ?? 0) >= WHITE && (blue[index] ?? 0) >= WHITE;
  const stack = [0, SIZE - 1, SIZE * (SIZE - 1), SIZE * SIZE - 1];
  const seen = new Uint8Array(plane.length);
  while (stack.length > 0) {
    const index = stack.pop() ?? 0;
    if (seen[index] === 1 || !isWhite(index)) continue;
    seen[index] = 1;
    plane[index] = 0;
    const x = index % SIZE;
    if (x > 0) stack.push(index - 1);
    if (x < SIZE - 1) stack.push(index + 1);
    if (index >= SIZE) stack.push(index - SIZE);
    if (index < plane.length - SIZE) stack.push(index + SIZE);
  }
  return plane;
}
