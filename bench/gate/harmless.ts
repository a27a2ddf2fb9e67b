import sharp from 'sharp';
import type { Spoilable } from './degradations.ts';
import { blurred, mapped, type Picture, pictureOf, pixelsOf, SIDE, sampled } from './picture.ts';
import type { PictureRandom } from './random.ts';

/** Changes what a camera, a clinic or a program may change, and leaves the photograph gradable. */
export async function harmless({ picture }: Spoilable, random: PictureRandom): Promise<Picture> {
  const mirror = random.chance(0.5);
  const zoom = random.chance(0.5) ? random.between(0.55, 1) : 1;
  const [stretch, shiftX, shiftY] = [
    random.between(0.75, 1.2),
    random.between(-12, 12),
    random.between(-12, 12),
  ];
  const turn = random.chance(0.4) ? random.between(-0.35, 0.35) : 0;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const cut = random.chance(0.35) ? random.between(0.72, 0.98) : 2;
  const gain = Math.exp(random.between(-0.4, 0.25));
  const gamma = Math.exp(random.between(-0.2, 0.2));
  const curve = Float32Array.from({ length: 256 }, (_, level) => 255 * (level / 255) ** gamma);
  const cast = [0, 1, 2].map(
    (channel) => gain * Math.exp(random.between(-0.18, 0.18) * (channel === 2 ? 2.5 : 1)),
  );
  const soft = random.chance(0.4) ? blurred(picture, random.between(0, 1.1)) : picture;
  const grain = random.chance(0.4) ? random.between(0, 5) : 0;
  const moved = mapped(soft, (_r, _g, _b, x, y) => {
    const across = (x - 112) / zoom / (stretch < 1 ? stretch : 1);
    const down = ((y - 112) / zoom) * (stretch > 1 ? stretch : 1);
    if (Math.abs(y - 112) / (112 * zoom) > cut) return [0, 0, 0];
    const side = mirror ? -across : across;
    const colour = sampled(
      soft,
      112 + cos * side - sin * down + shiftX * 0.3,
      112 + sin * side + cos * down + shiftY * 0.3,
    );
    const light = (level: number, channel: number) => {
      const noise = grain > 0 ? random.normal() * grain : 0;
      return (curve[Math.round(level)] ?? 0) * (cast[channel] ?? 1) + noise;
    };
    return [light(colour[0], 0), light(colour[1], 1), light(colour[2], 2)];
  });
  if (!random.chance(0.4)) return moved;
  const raw = { width: SIDE, height: SIDE, channels: 3 } as const;
  const file = await sharp(pixelsOf(moved), { raw })
    .jpeg({ quality: random.whole(45, 95) })
    .toBuffer();
  return pictureOf(await sharp(file).raw().toBuffer());
}
