import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXAM } from '../../core/testing/records.ts';
import { apiClient } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import type { UploadIntent } from './upload-places.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const FOLDER = 'images/north/P1/2026-05-01';

let run: FunctionRun;
beforeEach(async () => {
  run = await FunctionRun.open();
});
afterEach(() => run[Symbol.asyncDispose]());

interface File {
  readonly name: string;
  readonly content: string;
  readonly place?: string;
  readonly laterality?: 'left' | 'right';
  readonly field?: 'macula' | 'disc';
  /** By `false` the sender does not say the file's name. */
  readonly isNamed?: false;
}

function intentOf({ name, content, place, laterality = 'left', field, isNamed }: File): UploadIntent {
  const [stem = '', extension = ''] = name.split('.');
  const { patient, exam } = EXAM;
  return {
    ...{ patient, exam, laterality, extension, contentType: 'image/jpeg', bytes: content.length },
    ...{ sha256: sha256(content), eyes: 'both' },
    ...(isNamed === false ? {} : { source: sha256(stem) }),
    ...(field === undefined ? {} : { field }),
    ...(place === undefined ? {} : { place }),
  };
}

/** Uploads files in one request, as a run of `retclip upload` does. @returns what became of each: its action and its file's name */
async function upload(...files: readonly File[]): Promise<string[]> {
  const { status, body } = await apiClient(run).post('/v1/programs/north/uploads', {
    images: files.map(intentOf),
  });
  expect(status).toBe(200);
  for (const [index, item] of body.items.entries()) {
    if (item.action !== 'upload') continue;
    const metadata = Object.entries<string>(item.headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), value] as const] : [],
    );
    await run.home.objects.put(item.key, Buffer.from(files[index]?.content ?? ''), {
      metadata: Object.fromEntries(metadata),
    });
  }
  return body.items.map(
    ({ action, key, replaces }: { action: string; key: string; replaces?: true }) =>
      `${action} ${key.slice(FOLDER.length + 1)}${replaces === true ? ' replaces' : ''}`,
  );
}

const current = async () =>
  ((await run.exam())?.images ?? [])
    .filter(({ state }) => state === 'current')
    .map(({ key }) => key.slice(FOLDER.length + 1))
    .toSorted();

describe.each([
  ['that the exam has taken in', () => run.settle()],
  ['that is on its way', async () => undefined],
])('beside a photograph %s', (_, settle) => {
  it('another name is another image, and each is recognised when it is sent again', async () => {
    expect(await upload({ name: 'a.jpg', content: 'A' })).toEqual(['upload left.jpg']);
    await settle();
    expect(await upload({ name: 'b.jpg', content: 'B' })).toEqual(['upload left-2.jpg']);
    await settle();
    expect(await upload({ name: 'c.jpg', content: 'C' })).toEqual(['upload left-3.jpg']);
    await run.settle();
    expect(await current()).toEqual(['left-2.jpg', 'left-3.jpg', 'left.jpg']);
    for (const [name, content, place] of [
      ['a.jpg', 'A', 'left.jpg'],
      ['b.jpg', 'B', 'left-2.jpg'],
      ['c.jpg', 'C', 'left-3.jpg'],
    ] as const)
      expect(await upload({ name, content })).toEqual([`present ${place}`]);
  });

  it('the same name again replaces its own photograph, whatever format it has now', async () => {
    await upload({ name: 'a.jpg', content: 'A' });
    await settle();
    await upload({ name: 'b.jpg', content: 'B' });
    await run.settle();
    expect(await upload({ name: 'b.png', content: 'retake of B' })).toEqual(['upload left-2.png replaces']);
    await run.settle();
    expect(await current()).toEqual(['left-2.png', 'left.jpg']);
    expect(await upload({ name: 'a.jpg', content: 'retake of A' })).toEqual(['upload left.jpg replaces']);
    await run.settle();
    expect(await current()).toEqual(['left-2.png', 'left.jpg']);
  });
});

describe('places of an eye', () => {
  it('of several in one request go round those that are taken, and each is given once', async () => {
    await upload({ name: 'a.jpg', content: 'A' });
    await run.settle();
    const both = [
      { name: 'c.jpg', content: 'C' },
      { name: 'd.jpg', content: 'D', place: '2' },
      { name: 'e.jpg', content: 'E', place: 'disc' },
      { name: 'f.jpg', content: 'F', place: 'disc-2' },
    ];
    expect(await upload(...both)).toEqual([
      ...['upload left-2.jpg', 'upload left-3.jpg', 'upload left-disc.jpg', 'upload left-disc-2.jpg'],
    ]);
    await run.settle();
    expect(await upload({ name: 'g.jpg', content: 'G', place: 'disc' })).toEqual(['upload left-disc-3.jpg']);
    expect((await current()).length).toBe(5);
  });

  it('bytes that the eye has keep their place, though another of the request asks for it', async () => {
    await upload({ name: 'b.jpg', content: 'B' });
    await run.settle();
    const files = [
      { name: 'a.jpg', content: 'A' },
      { name: 'b.jpg', content: 'B', place: '2' },
    ];
    expect(await upload(...files)).toEqual(['upload left-2.jpg', 'present left.jpg']);
  });

  it('are each eye’s own', async () => {
    await upload({ name: 'a.jpg', content: 'A' });
    await run.settle();
    expect(await upload({ name: 'b.jpg', content: 'B', laterality: 'right' })).toEqual(['upload right.jpg']);
  });

  it('that a withdrawn photograph had are free, and a name that counts elsewhere stays where it is', async () => {
    await upload({ name: 'a.jpg', content: 'A' });
    await run.settle();
    await upload({ name: 'b.jpg', content: 'B' });
    await run.settle();
    const { status } = await apiClient(run).post(
      '/v1/programs/north/patients/P1/exams/2026-05-01/images/withdraw',
      { image: `${FOLDER}/left.jpg`, reason: 'of another' },
    );
    expect(status).toBe(200);
    expect(await upload({ name: 'b.jpg', content: 'retake of B' })).toEqual(['upload left-2.jpg replaces']);
    expect(await upload({ name: 'c.jpg', content: 'C' })).toEqual(['upload left.jpg']);
    await run.settle();
    expect(await current()).toEqual(['left-2.jpg', 'left.jpg']);
  });

  it('give way where it is not known under which name they were sent, and the answer says so', async () => {
    await run.upload('left', 'of a former release');
    await run.settle();
    expect(await upload({ name: 'a.jpg', content: 'A' })).toEqual(['upload left.jpg replaces']);
    await run.settle();
    expect(await upload({ name: 'b.jpg', content: 'B' })).toEqual(['upload left-2.jpg']);
  });
});

it('what the store knows of a file’s name is a keyed hash', async () => {
  await upload({ name: 'Smith_left.jpg', content: 'A' });
  const { source } = (await run.home.objects.head(`${FOLDER}/left.jpg`))?.metadata ?? {};
  expect(source).toMatch(/^[0-9a-f]{32}$/);
  expect(sha256('Smith_left')).not.toContain(source ?? '');
});

describe('a photograph whose sender names another field than before', () => {
  const fields = async () =>
    ((await run.exam())?.images ?? []).map(({ key, field, state }) =>
      [key.slice(FOLDER.length + 1), field, state].join(' '),
    );
  const macula = { name: 'P1_macula.jpg', content: 'A', place: 'macula', field: 'macula' } as const;
  const disc = { name: 'P1_disc.jpg', content: 'A', place: 'disc', field: 'disc' } as const;

  it.each([
    ['that says its name', {}],
    ['beside the camera, where names do not count,', { isNamed: false } as const],
  ])('is sent again %s to where it lies, and is one photograph of that field', async (_, more) => {
    expect(await upload({ ...macula, ...more })).toEqual(['upload left-macula.jpg']);
    await run.settle();
    expect(await upload({ ...disc, ...more })).toEqual(['upload left-macula.jpg']);
    await run.settle();
    expect(await fields()).toEqual(['left-macula.jpg disc current', 'left-macula.jpg macula replaced']);
  });

  it('is there already once it was sent so, or where no field is named any more', async () => {
    await upload(macula);
    await run.settle();
    await upload(disc);
    await run.settle();
    expect(await upload(disc)).toEqual(['present left-macula.jpg']);
    expect(await upload({ name: 'P1.jpg', content: 'A' })).toEqual(['present left-macula.jpg']);
  });

  it('is asked for again, by the field that was named last', async () => {
    await upload(macula, { name: 'P1_right.jpg', content: 'right', laterality: 'right' });
    await run.settle();
    const before = (await run.exam())?.result?.requestId;
    await upload(disc);
    await run.settle();
    const { request, result } = (await run.exam()) ?? {};
    expect(result?.requestId).not.toBe(before);
    expect(request?.images.map(({ laterality, field }) => [laterality, field])).toEqual([
      ['left', 'disc'],
      ['right', null],
    ]);
  });
});

it('two cameras that ask for one place in the same moment lose no photograph: both are listed, the newer counts', async () => {
  const names = ['camera-a.jpg', 'camera-b.jpg'] as const;
  await Promise.all(names.map((name) => upload({ name, content: name })));
  await run.settle();
  const images = ((await run.exam())?.images ?? []).map(({ sha256: hash, state }) => [hash, state]);
  expect(images.map(([hash]) => hash).toSorted()).toEqual(names.map((name) => sha256(name)).toSorted());
  expect(images.map(([, state]) => state).toSorted()[0]).toBe('current');
});
