import { describe, expect, it } from 'vitest';
import { currentImage } from '../../core/exams/exam-image.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { apiClient, OPERATOR } from '../testing/api-client.ts';
import { FunctionRun } from '../testing/function-run.ts';
import { RenditionRequests } from './rendition-requests.ts';

const EXAM: ExamKey = { program: 'north', patient: 'P7', exam: '1' };
const PATH = '/v1/programs/north/patients/P7/exams/1/images';

/** An exam whose left eye is dark, and the API as a blinded reader sees it. */
async function opened(left = 'too-dark: the left eye', right = 'the right eye') {
  const run = await FunctionRun.open();
  await run.upload('left', left, EXAM);
  await run.upload('right', right, EXAM);
  await run.settleArrivals();
  return { run, reader: apiClient(run, { ...OPERATOR, scopes: ['review'] }) };
}

const asked = async (run: FunctionRun) =>
  (await run.home.queues.preparation.queue.receive({ maxMessages: 10, waitSeconds: 0 })).map(({ body }) =>
    JSON.parse(body),
  );

describe('a picture that a reader asks for', () => {
  it('is being made at first, and then is a JPEG that is kept nowhere on the way', async () => {
    const { run, reader } = await opened();
    await using _ = run;
    for (const [kind, words] of [
      ['rendition', 'picture of'],
      ['thumbnail', 'small picture of'],
    ] as const) {
      const first = await reader.file(`${PATH}/right.jpg/${kind}`);
      if (kind === 'rendition') {
        expect(first.status).toBe(202);
        expect(first.headers.get('retry-after')).toBe('2');
        expect(JSON.parse(first.content.toString())).toEqual({
          image: 'images/north/P7/1/right.jpg',
          rendering: true,
        });
        await run.prepare();
      }
      const { status, headers, content } = await reader.file(`${PATH}/right.jpg/${kind}`);
      expect(status).toBe(200);
      expect(content.toString()).toBe(`${words} the right eye`);
      expect(headers.get('content-type')).toBe('image/jpeg');
      expect(headers.get('cache-control')).toBe('private, no-store');
    }
  });

  it('is asked for once, however often the reader asks', async () => {
    const { run, reader } = await opened();
    await using _ = run;
    for (let time = 0; time < 3; time += 1) await reader.file(`${PATH}/left.jpg/rendition`);
    const left = currentImage((await run.exam(EXAM)) ?? { images: [] }, 'left');
    expect(await asked(run)).toEqual([
      {
        schema: 'render-image/1',
        image: { key: 'images/north/P7/1/left.jpg', versionId: left?.versionId },
        sha256: left?.sha256,
      },
    ]);
  });

  it('is that of an ungradable photograph as well', async () => {
    const { run, reader } = await opened();
    await using _ = run;
    await reader.file(`${PATH}/left.jpg/rendition`);
    await run.prepare();
    const { content } = await reader.file(`${PATH}/left.jpg/rendition`);
    expect(content.toString()).toBe('picture of too-dark: the left eye');
  });

  it('cannot be made of a damaged file, and the answer says why', async () => {
    const { run, reader } = await opened('truncated-file: the left eye');
    await using _ = run;
    expect((await reader.file(`${PATH}/left.jpg/rendition`)).status).toBe(202);
    await run.prepare();
    const { status, body } = await reader.get(`${PATH}/left.jpg/thumbnail`);
    expect(status).toBe(404);
    expect(body.detail).toBe(
      '"left.jpg" gives no picture: the file breaks off or is damaged: copy it from the camera again.',
    );
  });

  it('is that of the version which the exam knows, until it knows the newer one', async () => {
    const { run, reader } = await opened();
    await using _ = run;
    await reader.file(`${PATH}/right.jpg/rendition`);
    await run.prepare();
    await run.upload('right', 'the right eye once more', EXAM);
    const before = await reader.file(`${PATH}/right.jpg/rendition`);
    expect(before.content.toString()).toBe('picture of the right eye');
    await run.settleArrivals();
    expect((await reader.file(`${PATH}/right.jpg/rendition`)).status).toBe(202);
  });

  it('is not there of a photograph that is not there', async () => {
    const { run, reader } = await opened();
    await using _ = run;
    expect((await reader.get(`${PATH}/left.png/rendition`)).status).toBe(404);
    expect(await asked(run)).toEqual([]);
  });

  it('is for readers: who may read results alone is refused', async () => {
    const { run } = await opened();
    await using _ = run;
    const other = apiClient(run, { ...OPERATOR, scopes: ['read'] });
    expect((await other.get(`${PATH}/left.jpg/rendition`)).status).toBe(403);
  });
});

it('a name that is still to be read in a picture is flagged where the photograph is asked about', async () => {
  const { run, reader } = await opened('NAME burnt into the left eye');
  await using _ = run;
  const { get } = apiClient(run);
  expect((await get(`${PATH}/left.jpg`)).body.burntIn).toBeNull();
  await reader.file(`${PATH}/left.jpg/thumbnail`);
  await run.prepare();
  expect((await get(`${PATH}/left.jpg`)).body.burntIn).toEqual({
    outside: 'plain',
    flags: ['text-in-field'],
  });
});

it('a picture that was asked for in vain is asked for again after half a minute', async () => {
  let elapsed = 0;
  const sent: string[] = [];
  const send = async (messages: readonly { readonly body: string }[]) =>
    void sent.push(...messages.map(({ body }) => body));
  const requests = new RenditionRequests({ send }, () => elapsed);
  const image = { key: 'images/north/P7/1/left.jpg', versionId: 'v1', sha256: 'a'.repeat(64) };
  for (const now of [0, 2_000, 29_999, 30_001, 31_000]) {
    elapsed = now;
    await requests.ask(image);
  }
  expect(sent).toHaveLength(2);
});
