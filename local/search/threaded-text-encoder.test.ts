import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { TextSession } from '../../model/runtime/text-session.ts';
import { LocalError } from '../errors.ts';
import { ThreadedTextEncoder } from './threaded-text-encoder.ts';

const MODEL = { model: 'm1', trained: true };
const TEXT = '双眼糖尿病视网膜病变';

let encoder: ThreadedTextEncoder;
afterEach(() => encoder.stop());

describe('the text encoder in a thread', () => {
  it('gives each text what the text tower gives, whatever is asked at the same time', async () => {
    encoder = new ThreadedTextEncoder(DEFAULT_BUNDLE, MODEL);
    const texts = [TEXT, 'glaucoma in both eyes', '正常眼底'];
    const answers = await Promise.all(texts.map((text) => encoder.encode(text)));
    const bundle = await openBundle(DEFAULT_BUNDLE);
    const session = await TextSession.load(bundle, { provider: 'cpu' });
    for (const [index, text] of texts.entries()) {
      const { features } = await session.encode([text], bundle.manifest.contextLength);
      expect(answers[index]).toEqual({ ...MODEL, vector: Float32Array.from(features.patient) });
    }
    await session.release();
  });

  it('starts when it is first needed, ends when it idles, and starts again', async () => {
    encoder = new ThreadedTextEncoder(DEFAULT_BUNDLE, MODEL, 1);
    expect(encoder.isRunning).toBe(false);
    const first = await encoder.encode(TEXT);
    while (encoder.isRunning) await delay(5);
    // Known by now: the tower is not needed.
    expect(await encoder.encode(TEXT)).toEqual(first);
    expect(encoder.isRunning).toBe(false);
    expect((await encoder.encode('glaucoma')).vector).toHaveLength(first.vector.length);
  });

  it('does not end under a text that came while it idled', async () => {
    encoder = new ThreadedTextEncoder(DEFAULT_BUNDLE, MODEL, 20);
    for (let index = 0; index < 5; index += 1) {
      await encoder.encode(`text ${index}`);
      await delay(19);
    }
  });

  it('refuses what waits when it is stopped, and the process goes on', async () => {
    encoder = new ThreadedTextEncoder(DEFAULT_BUNDLE, MODEL);
    const waiting = expect(encoder.encode(TEXT)).rejects.toThrow(/the system stops/);
    await encoder.stop();
    await waiting;
    expect((await encoder.encode(TEXT)).model).toBe('m1');
  });

  it('says why it cannot run, each time that it is asked', async () => {
    encoder = new ThreadedTextEncoder('/nowhere', MODEL);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const asked = encoder.encode(TEXT);
      await expect(asked).rejects.toThrow(LocalError);
      await expect(asked).rejects.toThrow(/"\/nowhere" is no model bundle/);
    }
  });
});
