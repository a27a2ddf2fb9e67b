import { describe, expect, it, vi } from 'vitest';
import { DamagedShardError, FeaturesError, InvalidInputError, ObjectNotFoundError } from '../errors.ts';
import type { FeatureBatch } from '../ports/feature-store.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { encodeSafetensors } from '../tensors/safetensors.ts';
import { temporaryHome } from '../testing/temporary-home.ts';
import { ObjectFeatureStore } from './object-feature-store.ts';

const SHARD = 'features/m1/2026/05/01/s.safetensors';
const UNTOLD = 'it does not say which requests its rows answer';

function batchOf(patients: readonly string[]): FeatureBatch {
  const matrix = Float32Array.from(patients, (_, row) => row + 1);
  return {
    ...{ model: 'm1', preprocessing: 'squash' },
    exams: patients.map((patient) => ({
      exam: { program: 'north', patient, exam: '2026-05-01' },
      ...{ requestId: `r-${patient}`, eyes: { left: true, right: true } },
    })),
    matrices: { leftVisual: matrix, rightVisual: matrix, left: matrix, right: matrix, patient: matrix },
  };
}

/** A shard whose header tells of these requests and of this many rows. */
function shardOf(requests: string, rows: number): Buffer {
  const present = { data: new Uint8Array(2 * rows), shape: [rows, 2] };
  return Buffer.from(encodeSafetensors({ present }, { requests }));
}

describe('features among objects', () => {
  it('are listed under their patients before they are stored', async () => {
    const keys: string[] = [];
    const put: ObjectStore['put'] = async (key) => {
      keys.push(key);
      return {} as never;
    };
    const places = await new ObjectFeatureStore({ put } as never).put(batchOf(['P1', 'P2']));
    const [first, second, shard = ''] = keys;
    expect(keys).toHaveLength(3);
    expect(shard).toMatch(/^features\/m1\/\d{4}\/\d\d\/\d\d\/[0-9a-f-]{36}-listed\.safetensors$/);
    const path = shard.slice('features/'.length, -'-listed.safetensors'.length);
    expect([first, second]).toEqual([
      `feature-rows/north/P1/2026-05-01/r-P1/0/${path}`,
      `feature-rows/north/P2/2026-05-01/r-P2/1/${path}`,
    ]);
    expect(places).toEqual([
      { shard, row: 0 },
      { shard, row: 1 },
    ]);
  });

  it('are held until they are erased, and not where their shard is missing', async () => {
    await using temporary = await temporaryHome();
    const { features } = temporary.home;
    const [place, other] = await features.put(batchOf(['P1', 'P2']));
    if (place === undefined || other === undefined) throw new Error('Expected two places.');
    expect(await features.holds(place)).toBe(true);
    await features.erase(place);
    expect([await features.holds(place), await features.holds(other)]).toEqual([false, true]);
    expect(await features.holds({ shard: SHARD, row: 0 })).toBe(false);
  });

  it('are not stored where they cannot be listed', async () => {
    const put = vi.fn<ObjectStore['put']>().mockRejectedValue(new Error('the disk is full'));
    await expect(new ObjectFeatureStore({ put } as never).put(batchOf(['P1']))).rejects.toThrow('full');
    expect(put.mock.calls.map(([key]) => key.split('/')[0])).toEqual(['feature-rows']);
  });

  it('that are missing are told so; a store that cannot be reached is another fault', async () => {
    await using temporary = await temporaryHome();
    const { features, objects } = temporary.home;
    await expect(features.read(SHARD)).rejects.toThrow(FeaturesError);
    await expect(features.read(SHARD)).rejects.toMatchObject({ cause: expect.any(ObjectNotFoundError) });
    await expect(features.read(SHARD)).rejects.toThrow(/s\.safetensors" is missing\. Screen its exams again/);
    vi.spyOn(objects, 'get').mockRejectedValue(new Error('no connection'));
    for (const call of [
      features.read(SHARD),
      features.requestsOf(SHARD),
      features.holds({ shard: SHARD, row: 0 }),
    ])
      await expect(call).rejects.toThrow('no connection');
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'it is empty'],
    ['seven bytes', Buffer.alloc(7), ''],
    ['no header', Buffer.alloc(100, 255), ''],
    ['half a header', shardOf('r1', 1).subarray(0, 40), ''],
    ['another number of requests than of rows', shardOf('r1 r2', 3), UNTOLD],
    [
      'no requests',
      Buffer.from(encodeSafetensors({ present: { data: new Uint8Array(2), shape: [1, 2] } }, {})),
      UNTOLD,
    ],
    [
      'no presence',
      Buffer.from(
        encodeSafetensors({ left: { data: new Uint8Array(2), shape: [1, 2] } }, { requests: 'r1' }),
      ),
      UNTOLD,
    ],
  ])('of %s do not say which requests they answer', async (_, content, problem) => {
    await using temporary = await temporaryHome();
    const { features, objects } = temporary.home;
    await objects.put(SHARD, content);
    const asked = features.requestsOf(SHARD);
    await expect(asked).rejects.toThrow(DamagedShardError);
    await expect(asked).rejects.not.toThrow(InvalidInputError);
    await expect(asked).rejects.toThrow(`Feature shard "${SHARD}" is damaged: ${problem}`);
    await expect(asked).rejects.toMatchObject(problem === UNTOLD ? {} : { cause: expect.any(Error) });
  });

  it('say which requests they answer by their header alone, whether the numbers are there or not', async () => {
    await using temporary = await temporaryHome();
    const { features, objects } = temporary.home;
    const whole = shardOf('r1 r2', 2);
    await objects.put(SHARD, whole.subarray(0, -1));
    const get = vi.spyOn(objects, 'get');
    expect(await features.requestsOf(SHARD)).toEqual(['r1', 'r2']);
    expect(get.mock.calls).toEqual([[SHARD, { range: { start: 0, end: 16_383 } }]]);
    await expect(features.read(SHARD)).rejects.toThrow(/breaks off before the end of tensor "present"/);
    await expect(features.erase({ shard: SHARD, row: 0 })).rejects.toThrow(DamagedShardError);
  });

  it('have a header of any length', async () => {
    await using temporary = await temporaryHome();
    const { features, objects } = temporary.home;
    for (const rows of [200, 245, 1_000]) {
      // 64 characters each, as requests have: below, about and above the sixteen kilobytes that are read first.
      const requests = Array.from({ length: rows }, (_, row) => String(row).padStart(64, '0'));
      await objects.put(SHARD, shardOf(requests.join(' '), rows));
      expect(await features.requestsOf(SHARD)).toEqual(requests);
    }
  });
});
