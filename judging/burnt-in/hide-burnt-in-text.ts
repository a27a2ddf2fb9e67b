import type { Retouch } from '../../decoding/index.ts';
import { blackenOutside, brightPlane, isSomethingOutside } from './blacken.ts';
import type { BurntIn } from './burnt-in.ts';
import { findFieldOfView } from './field-of-view.ts';

/**
 * Blackens what lies outside of the field of view, as a decoder's child runs it on each picture for eyes: cameras burn
 * names, dates and numbers into it. A picture without a round field is left as it is.
 *
 * `seen` is a {@link BurntIn}.
 */
const hideBurntInText: Retouch = async (picture) => {
  const plane = await brightPlane(picture);
  const field = findFieldOfView(plane);
  if (field === null) {
    const seen: BurntIn = { outside: 'unknown', flags: [] };
    return { pixels: picture.pixels, seen };
  }
  const outside = isSomethingOutside(plane, field) ? 'blackened' : 'plain';
  const seen: BurntIn = { outside, flags: [] };
  return { pixels: blackenOutside(picture, field), seen };
};
export default hideBurntInText;
