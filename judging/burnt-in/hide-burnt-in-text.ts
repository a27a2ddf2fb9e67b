import type { Picture, Retouch } from '../../decoding/index.ts';
import { blackenOutside, brightPlane, isSomethingOutside } from './blacken.ts';
import type { BurntIn, BurntInFlag } from './burnt-in.ts';
import { findFieldOfView } from './field-of-view.ts';
import { findGlyphs } from './glyphs.ts';
import { findInk } from './ink.ts';
import { findTextLines } from './text-lines.ts';

async function flagsOf(picture: Picture, flag: BurntInFlag): Promise<readonly BurntInFlag[]> {
  return findTextLines(findGlyphs(await findInk(picture))).length > 0 ? [flag] : [];
}

/**
 * Blackens what lies outside of the field of view, as a decoder's child runs it on each picture for eyes: cameras burn
 * names, dates and numbers into it. Marks like a caption that are still there are flagged and stay, since they may be
 * retina after all. A picture without a round field is left as it is.
 *
 * `seen` is a {@link BurntIn}.
 */
const hideBurntInText: Retouch = async (picture) => {
  const plane = await brightPlane(picture);
  const field = findFieldOfView(plane);
  if (field === null) {
    const seen: BurntIn = { outside: 'unknown', flags: await flagsOf(picture, 'burnt-in-text-possible') };
    return { pixels: picture.pixels, seen };
  }
  const pixels = blackenOutside(picture, field);
  const seen: BurntIn = {
    outside: isSomethingOutside(plane, field) ? 'blackened' : 'plain',
    flags: await flagsOf({ ...picture, pixels }, 'text-in-field'),
  };
  return { pixels, seen };
};
export default hideBurntInText;
