import sharp from 'sharp';
import type { Laterality } from '../../core/exams/laterality.ts';
import type { Random } from '../../phantoms/random.ts';

/** Share of the photograph's side that shows the disc's surroundings. */
const DISC_WINDOW = 0.62;

/**
 * Makes what another press of the button may give: the photograph turned by up to 4°, 90 to 97 % of its side, brighter or
 * darker by up to a tenth, encoded once more. It is the same moment still: focus, gaze and light stay as they were.
 */
export async function retake(file: Uint8Array, random: Random): Promise<Buffer> {
  const { width = 0, height = 0 } = await sharp(file).metadata();
  const angle = random.uniform(-4, 4);
  const turned = await sharp(file)
    .rotate(angle, { background: '#000' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const share = random.uniform(0.9, 0.97);
  const [across, down] = [Math.round(width * share), Math.round(height * share)];
  const left = Math.round((turned.info.width - width) / 2 + random.uniform(0, width - across));
  const top = Math.round((turned.info.height - height) / 2 + random.uniform(0, height - down));
  return sharp(turned.data, { raw: turned.info })
    .extract({ left, top, width: across, height: down })
    .modulate({ brightness: random.uniform(0.9, 1.1) })
    .jpeg({ quality: random.integer(60, 92) })
    .toBuffer();
}

/**
 * Makes of a photograph of the macula what stands for one of the disc: a round window at the side on which an eye's disc
 * lies, enlarged to the photograph's size. It shows nothing that the photograph does not.
 */
export async function pseudoDisc(file: Uint8Array, eye: Laterality, random: Random): Promise<Buffer> {
  const { width = 0, height = 0 } = await sharp(file).metadata();
  const [across, down] = [Math.round(width * DISC_WINDOW), Math.round(height * DISC_WINDOW)];
  const left = eye === 'left' ? 0 : width - across;
  const top = Math.round((height - down) / 2 + random.uniform(-0.05, 0.05) * height);
  const circle = `<svg width="${width}" height="${height}"><ellipse cx="50%" cy="50%" rx="48%" ry="48%"/></svg>`;
  const window = await sharp(file)
    .extract({ left, top: Math.max(0, Math.min(height - down, top)), width: across, height: down })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .ensureAlpha()
    .composite([{ input: Buffer.from(circle), blend: 'dest-in' }])
    .png()
    .toBuffer();
  return sharp(window)
    .flatten({ background: '#000' })
    .jpeg({ quality: random.integer(60, 92) })
    .toBuffer();
}
