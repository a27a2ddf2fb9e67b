import type { Retouch } from '../render.ts';

/** Widths of pictures on which something else happens than a retouch. */
export const MISHAPS = { dies: 401, fails: 402 } as const;

/** Blackens the left half of a picture, and tells how large it was. */
const halfBlack: Retouch = ({ pixels, width, height }) => {
  if (width === MISHAPS.dies) process.kill(process.pid, 'SIGKILL');
  if (width === MISHAPS.fails) throw new RangeError('The retouch failed.');
  const changed = Uint8Array.from(pixels);
  for (let y = 0; y < height; y += 1) changed.fill(0, y * width * 3, (y * width + (width >> 1)) * 3);
  return { pixels: changed, seen: { width, height, side: 'left' } };
};
export default halfBlack;
