import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildUntrainedBundle } from '../../bundles/untrained-bundle.ts';
import { ACTIVE_MODEL_KEY, type ActiveModel } from '../../core/activation/active-model.ts';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { type LocalHome, openLocalHome } from '../../local/home.ts';
import { activeModelOf } from '../../local/host/active-bundle.ts';
import { type Bundle, openBundle } from '../../model/bundle/index.ts';
import { TextSession } from '../../model/runtime/text-session.ts';
import { StoredTextEncoder } from './stored-text-encoder.ts';

const TEXT = '双眼糖尿病视网膜病变';

let folder: string;
let home: LocalHome;
let bundle: Bundle;
let model: ActiveModel;
let clock = 0;

async function store(directory: string, id: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    await home.objects.put(bundleFileKey(id, file.slice(directory.length + 1)), await readFile(file));
  }
}

async function activate(active: ActiveModel): Promise<void> {
  await home.objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(active)));
  // The configuration looks again after some seconds.
  clock += 60_000;
}

/** The vector of a text by a bundle on disk. */
async function expected(of: Bundle, text: string): Promise<Float32Array> {
  const session = await TextSession.load(of, { provider: 'cpu' });
  try {
    const { features } = await session.encode([text], of.manifest.contextLength);
    return Float32Array.from(features.patient);
  } finally {
    await session.release();
  }
}

function encoderIn(cache: string): StoredTextEncoder {
  return new StoredTextEncoder(
    home.objects,
    new Configuration(home.objects, () => clock),
    join(folder, cache),
  );
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'text-encoder-'));
  home = await openLocalHome(join(folder, 'data'));
  bundle = await openBundle(DEFAULT_BUNDLE);
  model = await activeModelOf(DEFAULT_BUNDLE);
  await store(DEFAULT_BUNDLE, model.model);
});
beforeEach(() => activate(model));
afterAll(async () => {
  await home.close();
  await rm(folder, { recursive: true });
});

describe('the stored text encoder', () => {
  it('gives what the text tower of the active model gives, and fetches no vision tower', async () => {
    const { vector, ...about } = await encoderIn('first').encode(TEXT);
    expect(about).toEqual({ model: model.model, trained: model.trained });
    expect(vector).toEqual(await expected(bundle, TEXT));
    const fetched = await readdir(join(folder, 'first', model.model));
    expect(fetched).toContain('text.onnx');
    expect(fetched.filter((name) => name.startsWith('vision'))).toEqual([]);
  });

  it('fetches the tower once, for texts at the same time as well', async () => {
    const keys: string[] = [];
    const { objects } = home;
    const counting = new Proxy(objects, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (name !== 'get') return typeof value === 'function' ? value.bind(target) : value;
        return (key: string, ...more: []) => {
          keys.push(key);
          return target.get(key, ...more);
        };
      },
    });
    const encoder = new StoredTextEncoder(
      counting,
      new Configuration(objects, () => clock),
      join(folder, 'c'),
    );
    const [one, two] = await Promise.all([encoder.encode('glaucoma'), encoder.encode(TEXT)]);
    await encoder.encode('cataract');
    expect(one?.vector).not.toEqual(two?.vector);
    expect(keys.filter((key) => key.endsWith('/text.onnx'))).toHaveLength(1);
  });

  it('follows the model that becomes active', async () => {
    const encoder = encoderIn('following');
    await encoder.encode(TEXT);
    const other = await buildUntrainedBundle(join(folder, 'untrained'));
    await store(join(folder, 'untrained'), other.manifest.id);
    await activate(await activeModelOf(join(folder, 'untrained')));
    const answer = await encoder.encode(TEXT);
    expect(answer).toMatchObject({ model: other.manifest.id, trained: false });
    expect(answer.vector).toEqual(await expected(other, TEXT));
  });

  it('says what is missing, and answers once it is there', async () => {
    const key = bundleFileKey(model.model, 'text.onnx');
    const { content } = await home.objects.get(key);
    await home.objects.delete(key);
    const encoder = encoderIn('late');
    await expect(encoder.encode(TEXT)).rejects.toThrow(/text\.onnx/);
    await home.objects.put(key, content);
    expect((await encoder.encode(TEXT)).model).toBe(model.model);
  });
});
