import sharp from 'sharp';

/** Glyphs drawn by hand, five columns by seven rows, or nine by nine: tests need no font of the machine. */
const GLYPHS: Readonly<Record<string, readonly string[]>> = {
  '0': ['.###.', '#...#', '#..##', '#.#.#', '##..#', '#...#', '.###.'],
  '1': ['..#..', '.##..', '..#..', '..#..', '..#..', '..#..', '.###.'],
  '2': ['.###.', '#...#', '....#', '...#.', '..#..', '.#...', '#####'],
  '3': ['#####', '...#.', '..#..', '...#.', '....#', '#...#', '.###.'],
  '4': ['...#.', '..##.', '.#.#.', '#..#.', '#####', '...#.', '...#.'],
  '5': ['#####', '#....', '####.', '....#', '....#', '#...#', '.###.'],
  '6': ['..##.', '.#...', '#....', '####.', '#...#', '#...#', '.###.'],
  '7': ['#####', '....#', '...#.', '..#..', '.#...', '.#...', '.#...'],
  '8': ['.###.', '#...#', '#...#', '.###.', '#...#', '#...#', '.###.'],
  '9': ['.###.', '#...#', '#...#', '.####', '....#', '...#.', '.##..'],
  A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  D: ['###..', '#..#.', '#...#', '#...#', '#...#', '#..#.', '###..'],
  E: ['#####', '#....', '#....', '####.', '#....', '#....', '#####'],
  I: ['.###.', '..#..', '..#..', '..#..', '..#..', '..#..', '.###.'],
  L: ['#....', '#....', '#....', '#....', '#....', '#....', '#####'],
  M: ['#...#', '##.##', '#.#.#', '#.#.#', '#...#', '#...#', '#...#'],
  N: ['#...#', '#...#', '##..#', '#.#.#', '#..##', '#...#', '#...#'],
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  R: ['####.', '#...#', '#...#', '####.', '#.#..', '#..#.', '#...#'],
  S: ['.####', '#....', '#....', '.###.', '....#', '....#', '####.'],
  '-': ['.....', '.....', '.....', '#####', '.....', '.....', '.....'],
  ' ': ['.....', '.....', '.....', '.....', '.....', '.....', '.....'],
  王: [
    '.........',
    '#########',
    '....#....',
    '....#....',
    '.#######.',
    '....#....',
    '....#....',
    '#########',
    '.........',
  ],
  左: [
    '....#....',
    '#########',
    '...#.....',
    '...#.....',
    '..#######',
    '.#...#...',
    '#....#...',
    '.....#...',
    '..#######',
  ],
  右: [
    '....#....',
    '#########',
    '...#.....',
    '..#......',
    '.#.######',
    '#..#....#',
    '...#....#',
    '...#....#',
    '...######',
  ],
  眼: [
    '####.####',
    '#..#.#..#',
    '####.####',
    '#..#.#..#',
    '####.####',
    '#..#.##.#',
    '####.#.#.',
    '#..#.##.#',
    '.....#..#',
  ],
  日: [
    '.#######.',
    '.#.....#.',
    '.#.....#.',
    '.#.....#.',
    '.#######.',
    '.#.....#.',
    '.#.....#.',
    '.#.....#.',
    '.#######.',
  ],
  月: [
    '..######.',
    '..#....#.',
    '..######.',
    '..#....#.',
    '..#....#.',
    '..######.',
    '..#....#.',
    '.#.....#.',
    '#.....##.',
  ],
};

/** Text of a caption, and how it is drawn. */
export interface Caption {
  readonly text: string;
  /** Pixels of the picture for each of a glyph. */
  readonly scale: number;
  /** `#rrggbb` */
  readonly colour: string;
  /** Left and top, as a share of the picture's width and height. */
  readonly x: number;
  readonly y: number;
}

/** Where a caption was drawn, in pixels of the picture. */
export interface Drawn {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Draws captions into a picture's pixels. @returns a PNG, and where each caption lies */
export async function withCaptions(
  file: Uint8Array,
  captions: readonly Caption[],
): Promise<{ readonly file: Buffer; readonly drawn: readonly Drawn[] }> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const drawn = captions.map(({ text, scale, colour, x, y }): Drawn => {
    const rgb = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    const [left, top] = [Math.round(x * info.width), Math.round(y * info.height)];
    let pen = left;
    let rows = 0;
    for (const character of text) {
      const glyph = GLYPHS[character];
      if (glyph === undefined) throw new RangeError(`Expected a glyph for ${character}.`);
      rows = Math.max(rows, glyph.length);
      const columns = glyph[0]?.length ?? 0;
      for (let row = 0; row < glyph.length * scale; row += 1) {
        for (let column = 0; column < columns * scale; column += 1) {
          if (glyph[Math.floor(row / scale)]?.[Math.floor(column / scale)] !== '#') continue;
          const [px, py] = [pen + column, top + row];
          if (px < info.width && py < info.height) data.set(rgb, (py * info.width + px) * 3);
        }
      }
      pen += (columns + 1) * scale;
    }
    return { left, top, width: Math.min(pen, info.width) - left, height: rows * scale };
  });
  const { width, height } = info;
  return {
    file: await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
    drawn,
  };
}
