import { cp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HeadError, parseHead } from '../../../core/heads/head.ts';
import { openBundle } from '../../../model/bundle/index.ts';
import { openTensorArchive } from '../../../model/checkpoint/open-tensor-archive.ts';
import { unpickle } from '../../../model/checkpoint/pickle/unpickler.ts';
import { PickleWriter } from '../../../model/checkpoint/testing/pickle-writer.ts';
import { ZipWriter } from '../../../model/checkpoint/testing/zip-writer.ts';
import { ModelError } from '../../../model/errors.ts';
import { promptSetOf } from '../../../model/heads/prompts/prompt-set.ts';
import { externalFiles } from '../../../model/onnx/external-data.ts';
import { Tokenizer } from '../../../model/tokenizer/tokenizer.ts';
import { mutateArchive } from '../mutate-archive.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import type { Reader } from '../reader.ts';
import { documents, structured, texts, textual } from './mutations.ts';

const DEFAULT = fileURLToPath(new URL('../../../bundles/default', import.meta.url));
const refusals = [ModelError, HeadError];

/** A pickle of two tensors, one of them a view, as `torch.save` writes it. */
function stateDict(): PickleWriter {
  const pickle = new PickleWriter();
  return pickle.dictionary(
    [
      ['epoch', () => pickle.integer(7)],
      [
        'left.weight',
        () => pickle.tensor({ type: 'FloatStorage', key: '0', elements: 6 }, { shape: [2, 3] }),
      ],
      [
        'right.weight',
        () => pickle.tensor({ type: 'HalfStorage', key: '1', elements: 4 }, { shape: [2], offset: 1 }),
      ],
    ],
    true,
  );
}

async function archive(): Promise<Buffer> {
  const path = join(tmpdir(), `fuzz-archive-${process.pid}.pt`);
  const zip = await ZipWriter.create(path);
  await zip.add('a/data.pkl', stateDict().finish());
  await zip.add('a/byteorder', Buffer.from('little'));
  await zip.add('a/data/0', new Uint8Array(new Float32Array([1, 2, 3, 4, 5, 6]).buffer));
  await zip.add('a/data/1', new Uint8Array(new Float16Array([7, 8, 9, 10]).buffer));
  await zip.close();
  return readFile(path);
}

/** Reads a bundle whose named part is the input; the rest is the default bundle. */
async function readBundleWith(input: Buffer, folder: string, part: string): Promise<void> {
  const bundle = join(folder, 'bundle');
  await cp(DEFAULT, bundle, { recursive: true, force: false, errorOnExist: false });
  const genuine = await readFile(join(DEFAULT, part));
  try {
    await writeFile(join(bundle, part), input);
    await openBundle(bundle);
  } finally {
    await writeFile(join(bundle, part), genuine);
  }
}

function bundlePart(part: string): Reader {
  return {
    name: `bundle-${part.replaceAll(/[/.]/g, '-')}`,
    seeds: async () => [await readFile(join(DEFAULT, part))],
    mutate: structured,
    read: (input, folder) => readBundleWith(input, folder, part),
    refusals,
  };
}

/** Checkpoints, bundles and what is in them. */
export const modelReaders: readonly Reader[] = [
  {
    name: 'checkpoint-archive',
    seeds: async () => [await archive()],
    mutate: mutateArchive,
    async read(input, folder) {
      await writeFile(join(folder, 'w.pt'), input);
      const opened = await openTensorArchive(join(folder, 'w.pt'));
      try {
        for (const name of opened.tensors.keys()) await opened.read(name);
      } finally {
        await opened.close();
      }
    },
    refusals,
  },
  {
    name: 'checkpoint-pickle',
    seeds: async () => [
      stateDict().finish(),
      new PickleWriter().raw(']', 'q', 0, '(', 'K', 1, 'h', 0, 'e').finish(),
    ],
    mutate: mutateBytes,
    read: async (input) => unpickle(input),
    refusals,
  },
  bundlePart('model.json'),
  bundlePart('heads/odir-eye.json'),
  bundlePart('policies/triage.json'),
  {
    name: 'graph',
    seeds: async () => [await readFile(join(DEFAULT, 'detector.onnx'))],
    mutate: mutateBytes,
    async read(input, folder) {
      await writeFile(join(folder, 'graph.onnx'), input);
      await externalFiles(join(folder, 'graph.onnx'));
    },
    refusals,
  },
  {
    name: 'head',
    seeds: async () => [await readFile(join(DEFAULT, 'heads/odir-eye.json'))],
    mutate: structured,
    read: async (input) => parseHead(input.toString(), 'a head'),
    refusals,
  },
  {
    name: 'prompts',
    seeds: documents({
      ...{ name: 'prompts', level: 'patient' },
      labels: { glaucoma: { positive: ['双眼青光眼'], negative: ['正常眼底'] } },
    }),
    mutate: structured,
    // What is not JSON is refused before.
    read: async (input) => promptSetOf(JSON.parse(input.toString()), 'prompts'),
    refusals: [...refusals, SyntaxError],
  },
  {
    name: 'vocabulary',
    seeds: async () => [await readFile(join(DEFAULT, 'vocab.txt'))],
    mutate: textual,
    read: async (input) => Tokenizer.fromVocabulary(input.toString()).encode('左眼 glaucoma, 2026', 40),
    refusals,
  },
  {
    name: 'search-text',
    seeds: texts('双眼糖尿病视网膜病变', 'glaucoma in the left eye — “suspected”', 'x'.repeat(900)),
    mutate: textual,
    read: async (input) => (await tokenizer()).encode(input.toString(), 100),
    refusals,
  },
];

let kept: Tokenizer | undefined;
async function tokenizer(): Promise<Tokenizer> {
  kept ??= Tokenizer.fromVocabulary(await readFile(join(DEFAULT, 'vocab.txt'), 'utf8'));
  return kept;
}
