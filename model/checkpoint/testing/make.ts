import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { writeSafetensorsCheckpoint } from '../random/write-safetensors-checkpoint.ts';
import { GEOMETRIES } from './geometries.ts';
import { writeTorchCheckpoint } from './write-checkpoint.ts';

/** `node model/checkpoint/testing/make.ts --out full.pt [--geometry full] [--optimizer] [--vocabulary vocab.txt]` */
const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    geometry: { type: 'string', default: 'full' },
    optimizer: { type: 'boolean', default: false },
    type: { type: 'string', default: 'float32' },
    seed: { type: 'string', default: 'random' },
    vocabulary: { type: 'string' },
  },
});
const geometry = Object.entries(GEOMETRIES).find(([name]) => name === values.geometry)?.[1];
if (values.out === undefined || geometry === undefined) {
  console.error(`Expected --out FILE and --geometry of ${Object.keys(GEOMETRIES).join(', ')}.`);
  process.exit(2);
}
const variant = {
  geometry,
  seed: values.seed,
  wrapped: values.optimizer,
  optimizer: values.optimizer,
  parallel: values.optimizer,
  type: values.type === 'float16' ? ('float16' as const) : ('float32' as const),
};
if (values.out.endsWith('.safetensors')) await writeSafetensorsCheckpoint(values.out, variant);
else await writeTorchCheckpoint(values.out, variant);
if (values.vocabulary !== undefined) {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  const words = Array.from(
    { length: geometry.text.vocabulary - special.length },
    (_, index) => `word${index}`,
  );
  await writeFile(values.vocabulary, `${[...special, ...words].join('\n')}\n`);
}
