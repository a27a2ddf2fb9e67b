import sharp from 'sharp';
import { imageErrorOf, type OpenedImage, openImage, withoutAlpha } from '../pixels/open-image.ts';
import { LARGEST_RENDITION, RENDITIONS, type RenditionKind } from './rendition-kinds.ts';

/** A picture for eyes before it becomes a file. */
export interface Picture {
  /** RGB in sRGB, interleaved, rows from the top: uint8 [height, width, 3]. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Runs in the child on each picture before it becomes files: it may change pixels, and says what it saw, in JSON. */
export type Retouch = (
  picture: Picture,
) =>
  | { readonly pixels: Uint8Array; readonly seen: unknown }
  | Promise<{ readonly pixels: Uint8Array; readonly seen: unknown }>;

/** The files of a photograph, in the order in which their kinds were asked for. */
export interface RenderedImage {
  /** Each a JPEG. */
  readonly files: readonly Uint8Array[];
  /** Of the photograph, upright. */
  readonly width: number;
  readonly height: number;
  /** What the retouch saw; `null` if there is none. */
  readonly seen: unknown;
}

/** Decodes at about the size that is wanted: a JPEG's or WebP's own smaller scales are read where they are enough. */
async function shrunk({ image, hasAlpha }: OpenedImage, longestSide: number): Promise<Picture> {
  const opaque = hasAlpha ? await withoutAlpha(image) : image.clone();
  const { data, info } = await opaque
    .toColourspace('srgb')
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}

/** The picture for eyes: by its colour profile, unless that is not one. @throws ImageError */
async function pictureOf(bytes: Uint8Array, longestSide: number) {
  const opened = await openImage(bytes, { appliesProfile: true });
  try {
    return { opened, picture: await shrunk(opened, longestSide) };
  } catch (error) {
    if (!opened.hasProfile) throw imageErrorOf(error, bytes);
  }
  // If it is not the profile that is damaged, this fails alike.
  const plain = await openImage(bytes);
  try {
    return { opened: plain, picture: await shrunk(plain, longestSide) };
  } catch (error) {
    throw imageErrorOf(error, bytes);
  }
}

/** A JPEG that holds pixels and nothing else: its encoder is given nothing else. */
function encode({ pixels, width, height }: Picture, kind: RenditionKind): Promise<Uint8Array> {
  const { longestSide, quality, chromaSubsampling } = RENDITIONS[kind];
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(longestSide, longestSide, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality, chromaSubsampling })
    .toBuffer();
}

/**
 * Makes what readers see of a photograph, by the contract `rendition-v1`: upright, sRGB of 8 bits by the file's colour
 * profile, transparency dropped, and no byte of the file but its pixels. It is decoded once, at the size of the largest
 * kind that is asked for; smaller ones are shrunk from that, after it was retouched.
 *
 * It decodes in the process that calls it. A stranger's file belongs in a process that may die: see `Decoders`.
 *
 * @param bytes a JPEG, PNG, TIFF or WebP file
 * @throws ImageError with the reason, if it is not such a file or is damaged
 */
export async function renderImage(
  bytes: Uint8Array,
  kinds: readonly RenditionKind[],
  retouch: Retouch | null,
): Promise<RenderedImage> {
  // A person who retouches needs to see: what a thumbnail does not show is not found in it.
  const sides = kinds.map((kind) => RENDITIONS[kind].longestSide);
  const side = retouch === null ? Math.max(...sides) : LARGEST_RENDITION;
  const { opened, picture } = await pictureOf(bytes, side);
  const { pixels, seen } = (await retouch?.(picture)) ?? { pixels: picture.pixels, seen: null };
  const files: Uint8Array[] = [];
  // One after the other: a process works on one picture at a time.
  for (const kind of kinds) files.push(await encode({ ...picture, pixels }, kind));
  return { files, width: opened.width, height: opened.height, seen };
}
