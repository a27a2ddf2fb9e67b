import { describe, expect, it } from 'vitest';
import { bundleFileKey } from '../keys/bundle-file-key.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { laneFor } from './lane.ts';
import { coreMillisecondsOf } from './model-cost.ts';

describe('the lane of a model', () => {
  it.each([
    ['auto', 9.8, 'live'],
    ['auto', 100, 'live'],
    ['auto', 100.5, 'gpu'],
    // Nobody has measured it.
    ['auto', null, 'gpu'],
    ['live', 300, 'live'],
    ['live', null, 'live'],
    ['gpu', 9.8, 'gpu'],
  ] as const)('where %s is asked for and an image costs %s core-ms is %s', (setting, cost, lane) => {
    expect(laneFor(setting, cost)).toBe(lane);
  });
});

describe('what an image costs', () => {
  const of = async (variants: unknown) => {
    await using temporary = await temporaryHome();
    const { objects } = temporary.home;
    await objects.put(bundleFileKey('m', 'model.json'), Buffer.from(JSON.stringify({ id: 'm', variants })));
    return await coreMillisecondsOf(objects, 'm');
  };
  const cost = (coreMilliseconds: number) => ({ vision: 'v.onnx', cost: { coreMilliseconds, batchSize: 4 } });

  it('is that of fp32, which processors run, whatever others cost', async () => {
    expect(await of({ int8: cost(4), fp32: cost(120), fp16: cost(400) })).toBe(120);
  });

  it('is that of the dearest precision of a bundle without fp32', async () => {
    expect(await of({ int8: cost(4), fp16: cost(400) })).toBe(400);
  });

  it('is not known of a bundle of a former release, or of one that is not there', async () => {
    expect(await of({ fp32: { vision: 'v.onnx' }, int8: { vision: 'w.onnx' } })).toBeNull();
    await using temporary = await temporaryHome();
    expect(await coreMillisecondsOf(temporary.home.objects, 'm')).toBeNull();
  });

  it('must be a number above zero', async () => {
    await expect(of({ fp32: cost(-1) })).rejects.toThrow(/models\/m\/model\.json/);
  });
});
