import sharp from 'sharp';

const BLACK = '#000000';

interface Laid {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** A picture laid on a larger one. */
async function laid(
  file: Uint8Array,
  { width, height, left, top }: Laid,
  background = BLACK,
): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .composite([{ input: Buffer.from(file), left, top }])
    .png()
    .toBuffer();
}

async function sizeOf(file: Uint8Array) {
  const { width, height } = await sharp(file).metadata();
  return { width, height };
}

/** The middle of a picture, without so much of its height at the top and the bottom. */
async function cut(file: Uint8Array, share: number): Promise<Buffer> {
  const { width, height } = await sizeOf(file);
  const off = Math.round(height * share);
  return sharp(file)
    .extract({ left: 0, top: off, width, height: height - 2 * off })
    .png()
    .toBuffer();
}

/** White beneath transparent corners: the picture's own circle alone is opaque. */
async function transparentCorners(file: Uint8Array): Promise<Buffer> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const pixels = Buffer.alloc(width * height * 4, 255);
  for (let index = 0; index < width * height; index += 1) {
    const levels = data.subarray(index * 3, index * 3 + 3);
    const isSeen = Math.max(...levels) > 24;
    pixels.set(isSeen ? levels : [255, 255, 255], index * 4);
    pixels[index * 4 + 3] = isSeen ? 255 : 0;
  }
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/**
 * What happens to a photograph between camera and upload and says nothing of the eye. Each takes a file and gives a PNG,
 * so that no further loss of a JPEG is measured with it.
 */
export const FRAMES = {
  'black borders': async (file: Uint8Array) => {
    const { width, height } = await sizeOf(file);
    const [x, y] = [Math.round(width * 0.2), Math.round(height * 0.05)];
    return laid(file, { width: width + 2 * x, height: height + 3 * y, left: x, top: y });
  },
  'a frame of 16:9': async (file: Uint8Array) => {
    const { width, height } = await sizeOf(file);
    const wide = Math.round((height * 16) / 9);
    return laid(file, {
      width: Math.max(width, wide),
      height,
      left: Math.max(0, (wide - width) >> 1),
      top: 0,
    });
  },
  'a small field': async (file: Uint8Array) => {
    const { width, height } = await sizeOf(file);
    const side = 2 * Math.max(width, height);
    return laid(file, {
      width: side,
      height: side,
      left: Math.round(side * 0.3),
      top: Math.round(side * 0.2),
    });
  },
  'transparent corners, white beneath': transparentCorners,
  'cut flat': (file: Uint8Array) => cut(file, 0.09),
  'cut flat, on a larger frame': async (file: Uint8Array) => {
    const part = await cut(file, 0.09);
    const { width, height } = await sizeOf(part);
    return laid(part, { width: width + 80, height: height + 120, left: 30, top: 70 });
  },
  squashed: async (file: Uint8Array) => {
    const { width, height } = await sizeOf(file);
    return sharp(file)
      .resize(Math.round(width * 0.75), height, { fit: 'fill', kernel: 'cubic' })
      .png()
      .toBuffer();
  },
} as const satisfies Readonly<Record<string, (file: Uint8Array) => Promise<Buffer>>>;
export type Frame = keyof typeof FRAMES;
