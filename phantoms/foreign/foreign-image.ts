import sharp from 'sharp';
import { checkSize, PhantomArgumentError } from '../errors.ts';
import { Random } from '../random.ts';
import { drawDocument } from './document.ts';
import { drawExternalEye } from './external-eye.ts';
import { drawLandscape } from './landscape.ts';
import { noiseFrame } from './noise-frame.ts';
import { drawOctScan } from './oct-scan.ts';
import { drawOrangeBall } from './orange-ball.ts';
import { drawSkin } from './skin.ts';

/**
 * Pictures that reach a screening programme by mistake. `orange-ball` is the hardest: round, orange, on black, but
 * without disc or vessels.
 */
export const FOREIGN_KINDS = [
  'document',
  'landscape',
  'black',
  'white',
  'noise',
  'skin',
  'external-eye',
  'oct-scan',
  'orange-ball',
] as const;

export type ForeignKind = (typeof FOREIGN_KINDS)[number];

export interface ForeignImageOptions {
  readonly seed: string | number;
  /** Width in pixels; the height follows from the kind's usual shape. 512 if not given. */
  readonly size?: number;
}

const HEIGHT_PER_WIDTH: Readonly<Record<ForeignKind, number>> = {
  document: Math.SQRT2,
  landscape: 3 / 4,
  black: 1,
  white: 1,
  noise: 1,
  skin: 1,
  'external-eye': 3 / 4,
  'oct-scan': 3 / 5,
  'orange-ball': 1,
};

function frame(kind: 'black' | 'white' | 'noise', random: Random, width: number, height: number): Uint8Array {
  if (kind === 'noise') return noiseFrame(random, width, height, 127, 60);
  // A covered lens and a blown-out flash still leave the sensor's noise.
  return noiseFrame(random, width, height, kind === 'black' ? 3 : 252, 2);
}

function drawing(
  kind: Exclude<ForeignKind, 'black' | 'white' | 'noise'>,
  random: Random,
  width: number,
  height: number,
): string {
  const draw = {
    document: drawDocument,
    landscape: drawLandscape,
    skin: drawSkin,
    'external-eye': drawExternalEye,
    'oct-scan': drawOctScan,
    'orange-ball': drawOrangeBall,
  }[kind];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 ${(100 * height) / width}" preserveAspectRatio="none">${draw(random, (100 * height) / width)}</svg>`;
}

/**
 * Draws a picture that is no fundus photograph, as a JPEG: what a quality gate has to refuse.
 * The same kind, seed and size give the same bytes.
 *
 * @throws PhantomArgumentError if the kind is unknown or the size out of range
 * @example await writeFile('page.jpg', await generateForeignImage('document', { seed: 1, size: 800 }))
 */
export async function generateForeignImage(kind: ForeignKind, options: ForeignImageOptions): Promise<Buffer> {
  if (!FOREIGN_KINDS.includes(kind)) {
    throw new PhantomArgumentError(`Expected one of ${FOREIGN_KINDS.join(', ')} but received "${kind}".`);
  }
  const width = options.size ?? 512;
  checkSize(width);
  const height = Math.round(width * HEIGHT_PER_WIDTH[kind]);
  const random = new Random('foreign', kind, options.seed);
  if (kind === 'black' || kind === 'white' || kind === 'noise') {
    const raw = { width, height, channels: 3 } as const;
    return sharp(frame(kind, random, width, height), { raw })
      .jpeg({ quality: 90 })
      .toBuffer();
  }
  const { data } = await sharp(Buffer.from(drawing(kind, random, width, height)))
    .flatten({ background: '#000' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grain = noiseFrame(random.fork('grain'), width, height, 127, 5);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.max(0, Math.min(255, (data[i] ?? 0) + (grain[i] ?? 0) - 127));
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}
