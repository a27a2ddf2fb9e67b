import sharp from 'sharp';
import type { Field } from '../../judging/field.ts';
import { blurred, mapped, type Picture, pictureOf, pixelsOf, SIDE, sampled } from './picture.ts';
import type { PictureRandom } from './random.ts';

/** A photograph to spoil: with its field of view. */
export interface Spoilable {
  readonly picture: Picture;
  readonly field: Field;
}

/** Spoils a photograph, from 0 (hardly) to 1 (wholly). */
export type Degradation = (
  given: Spoilable,
  severity: number,
  random: PictureRandom,
) => Picture | Promise<Picture>;

const mix = (a: number, b: number, share: number) => a + (b - a) * share;
const soft = (distance: number, width: number) => 1 / (1 + Math.exp(-distance / width));

/** Leaves what lies outside of the field of view as it is. */
function within({ picture, field }: Spoilable, changed: Picture): Picture {
  const result = Float32Array.from(picture);
  for (let pixel = 0; pixel < field.radii.length; pixel += 1) {
    const inside = 1 - (field.radii[pixel] ?? 2);
    if (inside < -0.04) continue;
    const share = inside > 0.04 ? 1 : soft(inside, 0.008);
    for (let place = pixel * 3; place < pixel * 3 + 3; place += 1)
      result[place] = mix(picture[place] as number, changed[place] as number, share);
  }
  return result;
}

function defocus(given: Spoilable, severity: number): Picture {
  return within(given, blurred(given.picture, 0.6 + 6.5 * severity * severity + 1.5 * severity));
}

function motion({ picture }: Spoilable, severity: number, random: PictureRandom): Picture {
  const length = 3 + 40 * severity;
  const angle = random.between(0, Math.PI);
  const [across, down] = [Math.cos(angle), Math.sin(angle)];
  const steps = 12;
  return mapped(picture, (_r, _g, _b, x, y) => {
    let [red, green, blue] = [0, 0, 0];
    for (let step = 0; step < steps; step += 1) {
      const offset = (step / (steps - 1) - 0.5) * length;
      const [r, g, b] = sampled(picture, x + offset * across, y + offset * down);
      red += r / steps;
      green += g / steps;
      blue += b / steps;
    }
    return [red, green, blue];
  });
}

/** A veil of stray light over a retina that is a little soft, uneven as cataract's is. */
function haze(given: Spoilable, severity: number, random: PictureRandom): Picture {
  const base = blurred(given.picture, 0.4 + 2.6 * severity * random.between(0.5, 1));
  const veil = [random.between(90, 190), random.between(50, 130), random.between(15, 100)] as const;
  const most = 0.25 + 0.68 * severity;
  const angle = random.between(0, 2 * Math.PI);
  const slope = random.between(0, 0.25);
  return within(
    given,
    mapped(base, (r, g, b, x, y) => {
      const tilt = ((x - 112) * Math.cos(angle) + (y - 112) * Math.sin(angle)) / 112;
      const share = Math.min(0.96, Math.max(0, most + slope * tilt));
      return [mix(r, veil[0], share), mix(g, veil[1], share), mix(b, veil[2], share)];
    }),
  );
}

/** Too little light, mostly from one side, with the sensor's noise. */
function darkness(given: Spoilable, severity: number, random: PictureRandom): Picture {
  const gain = 0.75 * (1 - severity) ** 1.6 + 0.06;
  const angle = random.between(0, 2 * Math.PI);
  const slope = random.between(0, 0.8) * (0.3 + severity);
  const noise = random.between(0, 3);
  return mapped(given.picture, (r, g, b, x, y) => {
    const tilt = ((x - 112) * Math.cos(angle) + (y - 112) * Math.sin(angle)) / 112;
    const light = gain * Math.exp(slope * tilt);
    const grain = () => random.normal() * noise;
    return [r * light + grain(), g * light + grain(), b * light + grain()];
  });
}

function brightness(given: Spoilable, severity: number, random: PictureRandom): Picture {
  const gain = 1.15 + 2.6 * severity;
  const offset = random.between(0, 90) * severity;
  return within(
    given,
    mapped(given.picture, (r, g, b) => [r * gain + offset, g * gain + offset, b * gain + offset]),
  );
}

/** A reflex of the flash: a spot, or a sickle at the rim. */
function glare(given: Spoilable, severity: number, random: PictureRandom): Picture {
  const { ellipse } = given.field;
  const rim = random.chance(0.5);
  const angle = random.between(0, 2 * Math.PI);
  const away = rim ? random.between(0.7, 1.1) : random.between(0, 0.5);
  const [cx, cy] = [
    ellipse.x + away * ellipse.radiusX * Math.cos(angle),
    ellipse.y + away * ellipse.radiusY * Math.sin(angle),
  ];
  const radius = (0.15 + (rim ? 0.9 : 0.7) * severity) * ellipse.radiusX;
  const tint = [255, random.between(190, 255), random.between(120, 255)] as const;
  return within(
    given,
    mapped(given.picture, (r, g, b, x, y) => {
      const light = 1.3 * Math.exp(-((((x - cx) ** 2 + (y - cy) ** 2) / (radius * radius)) ** 1.5));
      return [r + tint[0] * light, g + tint[1] * light, b + tint[2] * light];
    }),
  );
}

/** A lid, lashes or the iris before the retina: dark or of skin, with a soft edge. */
function covering(given: Spoilable, severity: number, random: PictureRandom): Picture {
  const { ellipse } = given.field;
  const angle = random.chance(0.6)
    ? (random.chance(0.5) ? -1 : 1) * (Math.PI / 2) + random.between(-0.3, 0.3)
    : random.between(0, 2 * Math.PI);
  const edge = 0.75 - 1.05 * severity;
  const width = random.between(0.015, 0.09);
  const skin = random.chance(0.5);
  const light = skin ? random.between(0.5, 1.5) : random.between(0, 0.5);
  const tone = [105 * light, 58 * light, 42 * light] as const;
  const lashes = random.chance(0.4) ? random.whole(4, 14) : 0;
  const bend = random.between(-0.25, 0.25);
  const phase = random.between(0, 6.28);
  return within(
    given,
    mapped(given.picture, (r, g, b, x, y) => {
      const across = (x - ellipse.x) / ellipse.radiusX;
      const down = (y - ellipse.y) / ellipse.radiusY;
      const forward = across * Math.cos(angle) + down * Math.sin(angle);
      const aside = -across * Math.sin(angle) + down * Math.cos(angle);
      let cover = soft(forward + bend * aside * aside - edge, width);
      if (lashes > 0) {
        const line = Math.cos(aside * lashes * 2 + phase + forward * 3);
        cover = Math.max(cover, soft(forward - edge + 0.35, 0.06) * soft(line - 0.8, 0.04) * 0.85);
      }
      return [mix(r, tone[0], cover), mix(g, tone[1], cover), mix(b, tone[2], cover)];
    }),
  );
}

function pixelation({ picture, field }: Spoilable, severity: number, random: PictureRandom): Picture {
  const block = (2 * field.ellipse.radiusX) / mix(90, 16, severity);
  const smooth = random.chance(0.4);
  const means = blurred(picture, block / 2.5);
  if (smooth) return means;
  const [startX, startY] = [random.between(0, block), random.between(0, block)];
  return mapped(picture, (_r, _g, _b, x, y) =>
    sampled(
      means,
      Math.min(SIDE - 2, Math.max(0, (Math.floor((x + startX) / block) + 0.5) * block - startX)),
      Math.min(SIDE - 2, Math.max(0, (Math.floor((y + startY) / block) + 0.5) * block - startY)),
    ),
  );
}

async function jpegRuin({ picture }: Spoilable, severity: number): Promise<Picture> {
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  const side = Math.round(mix(200, 80, severity));
  const file = await sharp(pixelsOf(picture), { raw })
    .resize(side, side)
    .jpeg({ quality: Math.round(mix(40, 2, severity)) })
    .toBuffer();
  return pictureOf(await sharp(file).resize(SIDE, SIDE, { kernel: 'cubic' }).raw().toBuffer());
}

function noise({ picture, field }: Spoilable, severity: number, random: PictureRandom): Picture {
  const deviation = 6 + 85 * severity;
  return mapped(picture, (r, g, b, x, y) => {
    if ((field.radii[y * SIDE + x] ?? 2) > 1) return [r, g, b];
    const all = random.normal() * deviation * 0.5;
    return [r, g, b].map((level) => level + all + random.normal() * deviation) as [number, number, number];
  });
}

/** What each degradation is called, and which of the gate's answers it teaches. */
export const DEGRADATIONS: Readonly<
  Record<string, { readonly spoil: Degradation; readonly defect: Defect }>
> = {
  defocus: { spoil: defocus, defect: 'focus' },
  motion: { spoil: motion, defect: 'focus' },
  haze: { spoil: haze, defect: 'haze' },
  darkness: { spoil: darkness, defect: 'dark' },
  brightness: { spoil: brightness, defect: 'bright' },
  glare: { spoil: glare, defect: 'bright' },
  covering: { spoil: covering, defect: 'covered' },
  pixelation: { spoil: pixelation, defect: 'focus' },
  'jpeg-ruin': { spoil: jpegRuin, defect: 'focus' },
  noise: { spoil: noise, defect: 'focus' },
};

export type Defect = 'focus' | 'dark' | 'bright' | 'covered' | 'haze';
