import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { Decoders, type RenditionKind } from '../decoding/index.ts';
import { BURNT_IN_TEXT, QUALITY_GATE } from '../judging/index.ts';
import { generatePatient } from '../phantoms/index.ts';
import { spreadText } from './figures.ts';

/**
 * Processor time of what readers see of a camera's photograph, against that of the model's square and its judging, in
 * turns: `node bench/renditions.ts [--rounds 9] [--sizes 4288x2848,4000x3000] [FILE …]`. Files stand for the drawn
 * photographs.
 */
const { values, positionals } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    // A JPEG is read at half its size where half is at least 2,048: the first has twice as many pixels, the second not.
    sizes: { type: 'string', default: '4288x2848,4000x3000' },
  },
  allowPositionals: true,
});
const SIDE = 224;

/** A drawn eye in a black frame of a camera's size. */
async function cameraImage(width: number, height: number): Promise<Buffer> {
  const { left } = await generatePatient({ seed: 'bench', index: 0, size: 1_024 });
  if (left === null) throw new Error('Expected a left eye.');
  return sharp(left.jpeg)
    .resize(width, height, { fit: 'contain', background: '#000' })
    .jpeg({ quality: 92, chromaSubsampling: '4:2:0' })
    .toBuffer();
}

async function photographs(): Promise<readonly (readonly [string, Buffer])[]> {
  if (positionals.length > 0) {
    return Promise.all(positionals.map(async (path) => [path, await readFile(path)] as const));
  }
  return Promise.all(
    values.sizes.split(',').map(async (size) => {
      const [width = 0, height = 0] = size.split('x').map(Number);
      return [`drawn, ${size}`, await cameraImage(width, height)] as const;
    }),
  );
}

const wishes = (...kinds: RenditionKind[]) => kinds.map((kind) => ({ kind }));

await using plain = new Decoders({ processes: 1, finish: QUALITY_GATE });
await using hiding = new Decoders({ processes: 1, finish: QUALITY_GATE, retouch: BURNT_IN_TEXT });
for (const [name, file] of await photographs()) {
  const ways: Readonly<Record<string, () => Promise<{ readonly processorMilliseconds: number }>>> = {
    'square and judging': () => plain.decode(file, { contract: 'squash-bicubic-v1', sides: [SIDE] }),
    'rendition and thumbnail': () => hiding.render(file, wishes('rendition', 'thumbnail')),
    'the same, nothing hidden': () => plain.render(file, wishes('rendition', 'thumbnail')),
    'thumbnail, nothing hidden': () => plain.render(file, wishes('thumbnail')),
  };
  const times = new Map(Object.keys(ways).map((way) => [way, [] as number[]]));
  // The first round is of cold code.
  for (let round = -1; round < Number(values.rounds); round += 1) {
    for (const [way, run] of Object.entries(ways)) {
      const { processorMilliseconds } = await run();
      if (round >= 0) times.get(way)?.push(processorMilliseconds);
    }
  }
  const squares = times.get('square and judging') ?? [];
  console.log(`${name} (${(file.length / 2 ** 20).toFixed(1)} MiB)`);
  for (const [way, each] of times) {
    const ratios = each.map((time, round) => time / (squares[round] ?? Number.NaN));
    console.log(`  ${way.padEnd(26)} ${spreadText(each)} ms of a processor, ratio ${spreadText(ratios, 2)}`);
  }
}
