import type { Spoilable } from './degradations.ts';
import { blurred, drawn, mapped, type Picture, SIDE, sampled } from './picture.ts';
import type { PictureRandom } from './random.ts';

/** Photographs of the fundus that are not in colour, made of one that is. */
export function withoutColour({ picture, field }: Spoilable, random: PictureRandom): Picture {
  const kind = random.pick(['grey', 'red-free', 'angiogram', 'infra-red', 'tinted'] as const);
  const tint: readonly number[] =
    kind === 'tinted'
      ? random.pick([
          [1, 0.75, 0.45],
          [0.35, 1, 0.4],
          [0.4, 0.6, 1],
          [1, 0.5, 0.25],
          [0.9, 1, 0.9],
          [1, 0.2, 0.1],
        ])
      : kind === 'red-free' && random.chance(0.6)
        ? [random.between(0, 0.4), 1, random.between(0, 0.6)]
        : [1, 1, 1];
  const gain = random.between(0.8, 1.7);
  const base = kind === 'infra-red' ? blurred(picture, random.between(0, 1.2)) : picture;
  const grain = random.between(0, 3);
  return mapped(base, (r, g, b, x, y) => {
    const inside = (field.radii[y * SIDE + x] ?? 2) < 1;
    const level =
      kind === 'red-free'
        ? g * gain
        : kind === 'infra-red'
          ? (0.9 * r + 0.1 * g) * 0.8 * gain
          : kind === 'angiogram'
            ? inside
              ? Math.max(4, 150 - g * 1.1 * gain)
              : 0
            : (0.3 * r + 0.59 * g + 0.11 * b) * gain;
    const noisy = level + random.normal() * grain;
    return [noisy * (tint[0] ?? 1), noisy * (tint[1] ?? 1), noisy * (tint[2] ?? 1)];
  });
}

/** Lays a part of any picture behind a round opening on black, as a camera's field of view is. */
export function roundOpening(picture: Picture, random: PictureRandom): Picture {
  const radius = random.between(60, 111);
  const [cx, cy] = [112 + random.between(-8, 8), 112 + random.between(-8, 8)];
  const zoom = random.between(0.35, 1);
  const [fromX, fromY] = [random.between(0, SIDE * (1 - zoom)), random.between(0, SIDE * (1 - zoom))];
  const warm = random.chance(0.6);
  const [red, green, blue] = warm
    ? [random.between(1, 1.7), random.between(0.5, 0.95), random.between(0.2, 0.7)]
    : [1, 1, 1];
  const shade = random.between(0, 0.5);
  return drawn((x, y) => {
    const away = Math.hypot(x - cx, y - cy) / radius;
    if (away > 1) return [2, 2, 2];
    const [r, g, b] = sampled(picture, fromX + x * zoom, fromY + y * zoom);
    const light = 1 - shade * away * away;
    return [r * red * light, g * green * light, b * blue * light];
  });
}

type Pattern = (x: number, y: number) => number;

/** Smooth random hills between 0 and 1, of a given width in pixels. */
function hills(random: PictureRandom, width: number): Pattern {
  const side = Math.ceil(SIDE / width) + 3;
  const values = Float32Array.from({ length: side * side }, () => random.next());
  return (x, y) => {
    const [across, down] = [Math.max(0, x / width), Math.max(0, y / width)];
    const [column, row] = [Math.floor(across), Math.floor(down)];
    const ease = (t: number) => t * t * (3 - 2 * t);
    const [u, v] = [ease(across - column), ease(down - row)];
    const at = (i: number, j: number) => values[Math.min(side - 1, j) * side + Math.min(side - 1, i)] ?? 0;
    const top = at(column, row) + u * (at(column + 1, row) - at(column, row));
    const bottom = at(column, row + 1) + u * (at(column + 1, row + 1) - at(column, row + 1));
    return top + v * (bottom - top);
  };
}

type Thing = (
  random: PictureRandom,
) => (across: number, down: number, x: number, y: number) => readonly [number, number, number];

const iris: Thing = (random) => {
  const tone = random.pick([
    [120, 80, 45],
    [90, 120, 150],
    [80, 110, 70],
    [150, 100, 50],
  ] as const);
  const pupil = random.between(0.2, 0.5);
  const spokes = random.whole(30, 90);
  const fine = hills(random, 5);
  return (across, down, x, y) => {
    const away = Math.hypot(across, down);
    if (away < pupil) return [12, 8, 8];
    const fibre = 0.75 + 0.3 * Math.sin(Math.atan2(down, across) * spokes + 4 * fine(x, y)) * fine(y, x);
    const ring = away > 0.9 ? 0.5 : 1;
    return [tone[0] * fibre * ring, tone[1] * fibre * ring, tone[2] * fibre * ring];
  };
};

const fruit: Thing = (random) => {
  const tone = random.pick([
    [230, 130, 30],
    [200, 50, 40],
    [215, 180, 50],
    [150, 170, 50],
    [190, 90, 60],
  ] as const);
  const pores = hills(random, random.between(3, 8));
  const broad = hills(random, 40);
  const [lightX, lightY] = [random.between(-0.5, 0.5), random.between(-0.5, 0.5)];
  const stem = random.chance(0.5);
  return (across, down, x, y) => {
    const light =
      1.1 -
      0.55 * Math.hypot(across - lightX, down - lightY) +
      0.12 * (pores(x, y) - 0.5) +
      0.2 * (broad(x, y) - 0.5);
    const shine = 160 * Math.exp(-(((across - lightX) ** 2 + (down - lightY) ** 2) / 0.02));
    const dark = stem && Math.hypot(across - 0.2, down + 0.1) < 0.09 ? 0.3 : 1;
    return [tone[0] * light * dark + shine, tone[1] * light * dark + shine, tone[2] * light * dark + shine];
  };
};

const eardrum: Thing = (random) => {
  const tone = random.pick([
    [205, 150, 125],
    [190, 120, 95],
    [215, 175, 150],
  ] as const);
  const broad = hills(random, 50);
  const fine = hills(random, 14);
  const angle = random.between(0, Math.PI * 2);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return (across, down, x, y) => {
    const [along, aside] = [across * cos + down * sin, -across * sin + down * cos];
    const handle = along > -0.2 && along < 0.6 ? Math.exp(-((aside / 0.05) ** 2)) * 45 : 0;
    const cone = along < 0 && Math.abs(aside) < -along * 0.3 ? 50 : 0;
    const light = 0.55 + 0.45 * broad(x, y) + 0.12 * fine(x, y) - 0.2 * Math.hypot(across, down) ** 2;
    return [
      tone[0] * light + handle + cone,
      tone[1] * light + handle + cone,
      tone[2] * light + handle + cone,
    ];
  };
};

const wood: Thing = (random) => {
  const [cx, cy] = [random.between(-0.3, 0.3), random.between(-0.3, 0.3)];
  const rings = random.between(15, 45);
  const wobble = hills(random, 35);
  const fine = hills(random, 3);
  return (across, down, x, y) => {
    const wave = Math.sin(Math.hypot(across - cx, down - cy) * rings + 4 * wobble(x, y));
    const light = 0.75 + 0.18 * wave + 0.15 * (fine(x, y) - 0.5);
    return [190 * light, 135 * light, 85 * light];
  };
};

const coin: Thing = (random) => {
  const tone = random.pick([
    [190, 150, 80],
    [180, 180, 185],
    [190, 110, 70],
  ] as const);
  const relief = hills(random, random.between(8, 25));
  const scratch = hills(random, 2);
  return (across, down, x, y) => {
    const away = Math.hypot(across, down);
    const slope = relief(x + 2, y + 2) - relief(x, y);
    const light = 0.75 + 2.2 * slope + 0.12 * (scratch(x, y) - 0.5) + (away > 0.85 && away < 0.93 ? 0.25 : 0);
    return [tone[0] * light, tone[1] * light, tone[2] * light];
  };
};

/** Vessels as a plexus on dark, with a dark middle. */
const plexus: Thing = (random) => {
  const layers = [hills(random, 18), hills(random, 9), hills(random, 5)];
  const zone = random.between(0.05, 0.18);
  const tint = random.chance(0.6)
    ? [1, 1, 1]
    : random.pick([
        [1, 0.6, 0.3],
        [1, 0.4, 0.3],
        [0.6, 1, 0.8],
      ]);
  return (across, down, x, y) => {
    const lines = layers.map((layer) => Math.exp(-(((layer(x, y) - 0.5) / 0.07) ** 2)));
    const level =
      Math.hypot(across, down) < zone
        ? 12
        : 25 + 190 * Math.max(lines[0] ?? 0, 0.8 * (lines[1] ?? 0), 0.5 * (lines[2] ?? 0));
    return [level * (tint[0] ?? 1), level * (tint[1] ?? 1), level * (tint[2] ?? 1)];
  };
};

const redReflex: Thing = (random) => {
  const tone = random.pick([
    [235, 110, 50],
    [220, 70, 40],
    [245, 150, 90],
  ] as const);
  const broad = hills(random, 60);
  const [x0, y0] = [random.between(-0.3, 0.3), random.between(-0.3, 0.3)];
  return (across, down, x, y) => {
    const light = 0.7 + 0.35 * broad(x, y) - 0.25 * Math.hypot(across, down) ** 3;
    const shine = 255 * Math.exp(-(((across - x0) ** 2 + (down - y0) ** 2) / 0.006));
    return [tone[0] * light + shine, tone[1] * light + shine, tone[2] * light + shine];
  };
};

const skin: Thing = (random) => {
  const tone = random.pick([
    [210, 150, 120],
    [150, 100, 70],
    [100, 65, 45],
    [225, 175, 150],
  ] as const);
  const pores = hills(random, 3);
  const broad = hills(random, 30);
  const hairs = Array.from(
    { length: random.whole(0, 25) },
    () =>
      [
        random.between(0, 224),
        random.between(-1.5, 1.5),
        random.between(0, 224),
        random.between(-0.006, 0.006),
      ] as const,
  );
  return (_across, _down, x, y) => {
    const hair = hairs.some(
      ([from, slope, middle, bend]) =>
        Math.abs(y - from - slope * (x - middle) - bend * (x - middle) ** 2) < 1.1,
    );
    const light = (0.75 + 0.25 * broad(x, y) + 0.15 * (pores(x, y) - 0.5)) * (hair ? 0.3 : 1);
    return [tone[0] * light, tone[1] * light, tone[2] * light];
  };
};

const print: Thing = (random) => {
  const pitch = random.between(6, 16);
  const letters = hills(random, random.between(2, 4));
  const paper = random.pick([
    [240, 240, 235],
    [230, 220, 190],
  ] as const);
  return (_across, _down, x, y) => {
    const ink = y % pitch < pitch * 0.55 && letters(x, y) > 0.55 ? 0.15 : 1;
    return [paper[0] * ink, paper[1] * ink, paper[2] * ink];
  };
};

const clouds: Thing = (random) => {
  const layers = [
    hills(random, 60),
    hills(random, 25),
    hills(random, 10),
    hills(random, random.between(2, 5)),
  ];
  const high = [random.between(120, 240), random.between(40, 180), random.between(20, 150)];
  const share = random.between(0.05, 0.5);
  return (_across, _down, x, y) => {
    const level =
      (layers[0]?.(x, y) ?? 0) * 0.5 +
      (layers[1]?.(x, y) ?? 0) * 0.3 * (1 - share) +
      (layers[2]?.(x, y) ?? 0) * 0.2 +
      ((layers[3]?.(x, y) ?? 0) - 0.5) * share;
    return [(high[0] ?? 0) * (0.4 + level), (high[1] ?? 0) * (0.3 + level), (high[2] ?? 0) * (0.3 + level)];
  };
};

const THINGS: readonly Thing[] = [iris, fruit, eardrum, wood, coin, plexus, redReflex, skin, print, clouds];

/** Draws a round thing on black, as one of ten kinds. */
export function roundThing(random: PictureRandom): Picture {
  const colourAt = random.pick(THINGS)(random);
  const radius = random.between(70, 111);
  const stretch = random.between(0.9, 1.1);
  const grain = random.between(0, 5);
  const ground = random.between(0, 12);
  const picture = drawn((x, y) => {
    const across = (x - 112) / radius;
    const down = ((y - 112) / radius) * stretch;
    if (Math.hypot(across, down) > 1) return [ground, ground, ground];
    const [r, g, b] = colourAt(across, down, x, y);
    return [r + random.normal() * grain, g + random.normal() * grain, b + random.normal() * grain];
  });
  return random.chance(0.4) ? blurred(picture, random.between(0.3, 1.5)) : picture;
}
