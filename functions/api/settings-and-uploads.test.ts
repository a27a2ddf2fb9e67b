import { createHash } from 'node:crypto';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { imageKey } from '../../core/keys/image-key.ts';
import { DEFAULT_SETTINGS } from '../../core/programs/program-settings.ts';
import { EXAM } from '../../core/testing/records.ts';
import { ContentFiles } from '../../local/objects/content-files.ts';
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
    ['a settling time beyond 900 s', { settleSeconds: 901 }, /settleSeconds/],
    [
      'a protocol without the macula',
      { captureProtocol: { name: 'x', fields: ['disc'] } },
      /macula is missing|captureProtocol/,
    ],
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
    // No exam has taken it in yet: intake is told once more.
    expect(body.items[0]).toEqual({ action: 'present', key: stored.key, announced: true });
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

  it('of several of an eye lie beside each other, each in its place', async () => {
    await using run = await FunctionRun.open();
    const image = {
      ...{ patient: 'P1', exam: '1', laterality: 'right', extension: 'jpg', contentType: 'image/jpeg' },
      ...{ bytes: 2, sha256: createHash('sha256').update('R1').digest('hex'), eyes: 'both' },
    };
    const { post } = apiClient(run);
    const asked = (...places: readonly (string | undefined)[]) =>
      post('/v1/programs/north/uploads', { images: places.map((place) => ({ ...image, place })) });
    const { body } = await asked('macula', 'disc-2', undefined);
    expect(body.items.map(({ key }: { key: string }) => key)).toEqual(
      ['right-macula', 'right-disc-2', 'right'].map((name) => `images/north/P1/1/${name}.jpg`),
    );
    for (const wrong of ['Disc', 'a_b', '', 'left', '../x', 'x'.repeat(41)])
      expect((await asked(wrong)).status).toBe(400);
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

describe('a photograph that is uploaded again', () => {
  const intentOf = (laterality: 'left' | 'right', content: string) => ({
    patient: EXAM.patient,
    exam: EXAM.exam,
    laterality,
    extension: 'jpg',
    contentType: 'image/jpeg',
    bytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    eyes: 'both',
  });
  const intents = [intentOf('left', 'L1'), intentOf('right', 'R12')];

  async function ask(run: FunctionRun, images: readonly object[] = intents) {
    const { body } = await apiClient(run).post('/v1/programs/north/uploads', { images });
    return body.items;
  }

  async function contentOf(run: FunctionRun, laterality: 'left' | 'right'): Promise<string> {
    const object = await run.home.objects.head(imageKey(EXAM, laterality, 'jpg'));
    return new ContentFiles(run.home.folder).pathOf(object?.sha256 ?? '');
  }

  it('is there if its exam knows it: nothing is announced', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.upload('right', 'R12');
    await run.settle();
    for (const item of await ask(run)) expect(item).toEqual({ action: 'present', key: item.key });
    expect(await run.receive('intake')).toEqual([]);
  });

  it('is taken in if the message about it was lost, of either eye, and once however often', async () => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.settle();
    await run.upload('right', 'R12');
    // Expired, as queues of AWS do it after 14 days.
    const lost = await run.receive('intake');
    await run.home.queues.intake.queue.delete(lost.map(({ receipt }) => receipt));
    expect((await ask(run)).map(({ announced }: { announced?: true }) => announced)).toEqual([
      undefined,
      true,
    ]);
    await ask(run);
    await run.settle();
    const exam = await run.exam();
    expect(exam?.status).toBe('screened');
    expect(exam?.images.map(({ laterality, state }) => `${laterality} ${state}`)).toEqual([
      'left current',
      'right current',
    ]);
    // The first message may only have been late.
    await run.home.queues.intake.queue.send(lost.map(({ body }) => ({ body })));
    await run.settle();
    expect((await run.exam())?.revision).toBe(exam?.revision);
  });

  it.each([
    ['lost', 'left', (path: string) => rm(path)],
    ['cut', 'right', (path: string) => truncate(path, 1)],
    ['changed', 'right', (path: string) => writeFile(path, 'XXX')],
  ] as const)('puts right a content that was %s, of the %s eye alone', async (_, eye, damage) => {
    await using run = await FunctionRun.open();
    await run.upload('left', 'L1');
    await run.upload('right', 'R12');
    await run.settle();
    await damage(await contentOf(run, eye));
    const items = await ask(run);
    const [damaged, sound] = eye === 'left' ? items : items.toReversed();
    expect(damaged).toMatchObject({ action: 'upload', lost: true });
    expect(sound).toMatchObject({ action: 'present' });
    await run.upload(eye, eye === 'left' ? 'L1' : 'R12');
    await run.settle();
    for (const item of await ask(run)) expect(item).toEqual({ action: 'present', key: item.key });
    const exam = await run.exam();
    const image = exam?.images.find(({ laterality, state }) => laterality === eye && state === 'current');
    const { content } = await run.home.objects.get(image?.key ?? '', { versionId: image?.versionId ?? '' });
    expect(content.toString()).toBe(eye === 'left' ? 'L1' : 'R12');
    // It is the same photograph: nobody is to wonder what was replaced.
    expect(exam?.result?.flags).not.toContain('image-replaced');
  });
});
