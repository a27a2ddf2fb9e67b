import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { apiClient } from '../testing/api-client.ts';
import { ENDPOINT, FunctionRun } from '../testing/function-run.ts';

const SETTINGS = '/v1/programs/north/settings';

describe('settings of a program', () => {
  it('are the defaults until they are set', async () => {
    await using run = await FunctionRun.open();
    const { get, put } = apiClient(run);
    expect((await get(SETTINGS)).body).toEqual(DEFAULT_SETTINGS);
    const changed = { ...DEFAULT_SETTINGS, pairingWindowSeconds: 30 };
    expect((await put(SETTINGS, changed)).status).toBe(200);
    expect((await get(SETTINGS)).body).toEqual(changed);
  });

  it('set for the first time by two in the same moment are those of one, and the other hears of it', async () => {
    await using run = await FunctionRun.open();
    const { get, put } = apiClient(run);
    const { headers } = await get(SETTINGS);
    const before = { 'if-match': String(headers.get('etag')) };
    const answers = await Promise.all(
      [30, 40].map((pairingWindowSeconds) =>
        put(SETTINGS, { ...DEFAULT_SETTINGS, pairingWindowSeconds }, before),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status);
    expect((await get(SETTINGS)).body).toEqual(won?.body);
    expect(lost?.body.detail).toContain('Read it again');
  });

  it.each([
    ['a pairing window beyond 900 s', { pairingWindowSeconds: 901 }, /pairingWindowSeconds/],
    ['a policy without rules', { policy: { ...DEFAULT_SETTINGS.policy, rules: [] } }, /rules/],
    ['an unknown field', { window: 3 }, /window/],
  ])('with %s are refused and the old ones stay', async (_, change, detail) => {
    await using run = await FunctionRun.open();
    const { get, put } = apiClient(run);
    const { status, body } = await put(SETTINGS, { ...DEFAULT_SETTINGS, ...change });
    expect(status).toBe(400);
    expect(body.detail).toMatch(detail);
    expect((await get(SETTINGS)).body).toEqual(DEFAULT_SETTINGS);
  });
});

describe('uploads', () => {
  it('are given an address that is signed with size and checksum, or said to be present already', async () => {
    await using run = await FunctionRun.open();
    const stored = await run.upload('left', 'L1', { program: 'north', patient: '张伟', exam: '1' });
    const image = {
      patient: '张伟',
      exam: '1',
      laterality: 'left',
      extension: 'jpg',
      contentType: 'image/jpeg',
      bytes: 2,
      sha256: stored.sha256,
      eyes: 'both',
    };
    const changed = { ...image, sha256: createHash('sha256').update('L2').digest('hex') };
    const { post } = apiClient(run);
    const { status, body } = await post('/v1/programs/north/uploads', { images: [image, changed] });
    expect(status).toBe(200);
    expect(body.items[0]).toEqual({ action: 'present', key: stored.key });
    expect(body.items[1]).toMatchObject({
      action: 'upload',
      key: 'images/north/张伟/1/left.jpg',
      method: 'PUT',
    });
    expect(new URL(body.items[1].url).origin).toBe(ENDPOINT);
    expect(JSON.stringify(body.items[1].headers)).toContain(
      Buffer.from(changed.sha256, 'hex').toString('base64'),
    );
  });

  it('carry field and counts to the store, where the client knows them', async () => {
    await using run = await FunctionRun.open();
    const image = {
      patient: 'P1',
      exam: '1',
      laterality: 'left',
      extension: 'jpg',
      contentType: 'image/jpeg',
      bytes: 2,
      sha256: createHash('sha256').update('L1').digest('hex'),
      eyes: 'both',
    };
    const { post } = apiClient(run);
    const signed = async (more: object) =>
      JSON.stringify(
        (await post('/v1/programs/north/uploads', { images: [{ ...image, ...more }] })).body.items[0],
      );
    const full = await signed({ field: 'disc', takenOn: '2026-11-20', expected: { left: 2, right: 1 } });
    expect(full).toMatch(/meta-field":"disc"/);
    expect(full).toMatch(/meta-taken-on":"2026-11-20"/);
    expect(full).toMatch(/meta-expected-left":"2"/);
    expect(full).toMatch(/meta-expected-right":"1"/);
    expect(await signed({})).not.toMatch(/meta-(?:field|expected|taken)/);
    for (const wrong of [
      { field: 'iris' },
      { takenOn: '2026-02-31' },
      { expected: { left: 1 } },
      { expected: { left: -1, right: 0 } },
    ]) {
      expect((await post('/v1/programs/north/uploads', { images: [{ ...image, ...wrong }] })).status).toBe(
        400,
      );
    }
  });
});
