import { createHash } from 'node:crypto';
import { ACTIVE_MODEL_KEY } from '../../core/activation/active-model.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { shardOf } from '../../core/features/write-shard.ts';
import { readActiveModel } from '../../core/heads/promotion.ts';
import { FEATURES_PREFIX } from '../../core/keys/feature-shard-key.ts';
import { preparedKey } from '../../core/keys/prepared-key.ts';
import { decodePreparedImage } from '../../core/preparation/prepared-image.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { type ExamOf, type Permission, type ServedHost, until } from './served-host.ts';
import { Traces } from './traces.ts';

const PROGRAM = 'north';
export const ERASED = 'ERASE-7f3q-ME';
export const BYSTANDER = 'STAYS-1';
const NEIGHBOUR = 'NEXT-2';
const TWIN = 'TWIN-3';

export const FIRST = { patient: ERASED, exam: '2026-05-01' };
export const SECOND = { patient: ERASED, exam: '2026-06-01' };
/** Shares a photograph with another patient, and has one that is moved away: what is found of it is found elsewhere too. */
const SHARED = { patient: ERASED, exam: '2026-08-01' };
export const OF_BYSTANDER = { patient: BYSTANDER, exam: '2026-05-01' };
export const OF_NEIGHBOUR = { patient: NEIGHBOUR, exam: '2026-05-01' };
const OF_TWIN = { patient: TWIN, exam: '2026-05-01' };

const keyOf = (exam: ExamOf) => ({ program: PROGRAM, ...exam });

interface Photographs {
  readonly left: Buffer;
  readonly right: Buffer;
}

async function photographsOf(index: number): Promise<Photographs> {
  const drawn = await generatePatient({ seed: 'erasure', index, size: 256, defects: { missingEye: 0 } });
  if (drawn.left == null || drawn.right == null) throw new Error('Expected both eyes.');
  return { left: Buffer.from(drawn.left.jpeg), right: Buffer.from(drawn.right.jpeg) };
}

/** What was prepared of an exam's images. */
async function notePixels(traces: Traces, served: ServedHost, exam: ExamOf): Promise<void> {
  const record = await served.record(exam);
  for (const image of record?.images ?? []) {
    if (image.prepared?.pixelsSha256 == null) continue;
    const key = preparedKey(image, image.prepared.contract);
    const file = (await served.host.home.prepared.get(key)) ?? new Uint8Array();
    const { pixels } = decodePreparedImage(file, image, key);
    if (pixels !== null) traces.pixels(`${exam.exam} ${image.laterality} ${image.versionId}`, pixels);
  }
}

async function noteRows(traces: Traces, served: ServedHost, exam: ExamOf, record: ExamRecord): Promise<void> {
  const { home } = served.host;
  for (const { features, model } of await traces.results(home, record)) {
    if (features === null) continue;
    const vector = await home.vectors.vectorOf(keyOf(exam), model);
    if (vector !== undefined) traces.features(`${exam.exam} in the search index`, [vector]);
  }
}

/** Rows as failed and repeated attempts leave them: no record names them. Of a former release, they are listed nowhere. */
async function leaveAttempts(traces: Traces, served: ServedHost, record: ExamRecord): Promise<void> {
  const { objects, features } = served.host.home;
  const request = record.request;
  if (request === null) throw new Error('Expected a request.');
  for (const [attempt, isListed] of [true, true, false].entries()) {
    const tensor = (seed: number) =>
      Float32Array.from({ length: 32 }, (_, index) => Math.fround(0.1 + seed + index / 7 + attempt));
    const data = [1, 2, 3, 4, 5].map((seed) => tensor(10 * seed));
    const [leftVisual, rightVisual, left, right, patient] = data as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    traces.features(`attempt ${attempt}`, data);
    const { program, patient: of, exam } = record;
    const { model, preprocessing } = request.model;
    const eyes = { left: true, right: true };
    const asked = { exam: { program, patient: of, exam }, requestId: request.requestId, eyes };
    const matrices = { leftVisual, rightVisual, left, right, patient };
    const batch = { model, preprocessing, exams: [asked], matrices };
    if (isListed) {
      await features.put(batch);
      continue;
    }
    // A former release put its shards among the objects.
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    await objects.put(`${FEATURES_PREFIX}${model}/${day}/former.safetensors`, shardOf(batch));
  }
}

/** The active model with one head less: every exam that is looked at again is new work. */
async function changeModel(served: ServedHost, exam: ExamOf): Promise<void> {
  const { objects, queues } = served.host.home;
  const record = await served.record(exam);
  const active = await readActiveModel(objects);
  const heads = active.heads.slice(0, -1);
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify({ ...active, heads })));
  const before = record?.request?.requestId;
  await until('the exam to be screened by the changed model', async () => {
    // The configuration is remembered for some seconds.
    const check = { schema: 'exam-check/1', reason: 'model-changed', exam: keyOf(exam) };
    await queues.intake.queue.send([{ body: JSON.stringify(check) }]);
    const now = await served.record(exam);
    return now?.request?.requestId === before ? undefined : now;
  });
  await served.screened(exam);
  await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(active)));
}

/** What another patient has, to be the same afterwards. */
export async function snapshotOf(served: ServedHost, exam: ExamOf): Promise<unknown> {
  const record = await served.record(exam);
  const { objects, vectors } = served.host.home;
  const features = record?.result?.features;
  const rows =
    features == null ? null : (await served.host.home.features.read(features.shard)).exam(features.row);
  const images = await Promise.all(
    (record?.images ?? []).map(async ({ key, versionId }) => {
      const object = await objects.head(key, versionId ?? undefined);
      return object?.sha256 ?? null;
    }),
  );
  const vector = await vectors.vectorOf(keyOf(exam), record?.result?.model ?? '');
  return { record, images, rows, vector };
}

/** Puts a patient through everything that the system does, beside others. */
export async function doEverything(served: ServedHost): Promise<Traces> {
  const traces = new Traces();
  const { objects } = served.host.home;
  const [one, two, three, four, five, six] = (await Promise.all([0, 1, 2, 3, 4, 5].map(photographsOf))) as [
    Photographs,
    Photographs,
    Photographs,
    Photographs,
    Photographs,
    Photographs,
  ];
  // The first permission makes the program, which webhooks need.
  await served.upload(FIRST, 'left', one.left);
  await served.call('POST', '/webhooks', { url: 'http://127.0.0.1:9/closed' });
  for (const eye of ['left', 'right'] as const) {
    if (eye === 'right') await served.upload(FIRST, eye, one[eye]);
    await served.upload(SECOND, eye, two[eye]);
    await served.upload(SHARED, eye, six[eye]);
    await served.upload(OF_BYSTANDER, eye, three[eye]);
    await served.upload(OF_NEIGHBOUR, eye, four[eye]);
    traces.photograph(`first ${eye}`, one[eye]);
    traces.photograph(`second ${eye}`, two[eye]);
  }
  for (const exam of [FIRST, SECOND, SHARED, OF_BYSTANDER, OF_NEIGHBOUR]) await served.screened(exam);

  // The same content of another patient: both are in doubt, and each names the other.
  await served.upload(OF_TWIN, 'left', six.left);
  await served.upload(OF_TWIN, 'right', four.left);
  await served.screened(OF_TWIN);

  // A replaced image, and a model that changes.
  await served.upload(FIRST, 'left', five.left);
  traces.photograph('first left, newer', five.left);
  await served.screened(FIRST, ({ images }) => images.some(({ state }) => state === 'replaced'));
  await changeModel(served, FIRST);

  for (const exam of [FIRST, SECOND]) await notePixels(traces, served, exam);

  // Reviewed, searched, listed, looked up.
  await served.call('POST', `/patients/${ERASED}/exams/${FIRST.exam}/reviews`, {
    outcome: 'refer',
    note: 'seen',
  });
  await served.call('POST', `/patients/${BYSTANDER}/exams/${OF_BYSTANDER.exam}/reviews`, {
    outcome: 'refer',
  });
  await served.call('POST', '/patients/search', { patients: [ERASED, BYSTANDER] });
  await until('the search index', async () => {
    return served.call('POST', '/search', { exam: FIRST }).catch(() => undefined);
  });
  await served.call('GET', `/results?patient=${ERASED}`);

  // Images that were moved from and to another patient, and withdrawn.
  const record = await served.record(SHARED);
  const [right] = (record?.images ?? []).filter(({ laterality }) => laterality === 'right');
  await served.call('POST', `/patients/${ERASED}/exams/${SHARED.exam}/images/move`, {
    image: right?.key,
    reason: 'it is the neighbour’s',
    to: { patient: NEIGHBOUR, exam: '2026-06-02', laterality: 'right' },
  });
  await until('the moved image', () => served.record({ patient: NEIGHBOUR, exam: '2026-06-02' }));
  const third = { patient: NEIGHBOUR, exam: '2026-07-01' };
  await served.upload(third, 'left', four.right);
  await until('the third exam', () => served.record(third));
  await served.call('POST', `/patients/${NEIGHBOUR}/exams/${third.exam}/images/move`, {
    image: `images/north/${NEIGHBOUR}/${third.exam}/left.jpg`,
    reason: 'it is of the first',
    to: { patient: ERASED, exam: '2026-07-01', laterality: 'left' },
  });
  await until('the image moved here', () => served.record({ patient: ERASED, exam: '2026-07-01' }));
  await served.call('POST', `/patients/${ERASED}/exams/2026-07-01/images/withdraw`, {
    image: `images/north/${ERASED}/2026-07-01/left.jpg`,
    reason: 'it is nobody’s',
  });

  // Jobs of both modes, one of them by an uploaded selection; a dead letter; what a former release wrote.
  const lines = [FIRST, OF_BYSTANDER].map((exam) => `${JSON.stringify(exam)}\n`).join('');
  const { url, headers, key } = await served.call<Permission>('POST', '/jobs/manifests', {
    sha256: createHash('sha256').update(lines).digest('hex'),
    bytes: Buffer.byteLength(lines),
  });
  await fetch(url, { method: 'PUT', headers, body: lines });
  await served.job({ mode: 'rescore', selection: { manifest: key } });
  await served.job({ mode: 'screen', selection: { manifest: key } });
  await objects.put(`images/north/${ERASED}/${FIRST.exam}/photo.jpg`, one.left);
  await until('the dead letter', async () => {
    const { items } = await served.call<{ items: unknown[] }>('GET', '/dead-letters/intake');
    return items.length > 0 ? items : undefined;
  });
  const entry = {
    ...{ at: '2026-01-01T00:00:00.000Z', caller: 'operator', method: 'GET', route: '/', program: PROGRAM },
    ...{ subjects: [`${ERASED}/${FIRST.exam}`], query: { patient: ERASED }, status: 200 },
  };
  await objects.put('audit/north/8204285299999-a.jsonl', Buffer.from(JSON.stringify(entry)));

  for (const exam of [FIRST, SECOND]) {
    const now = await served.record(exam);
    if (now === undefined) throw new Error('Expected the exam.');
    await noteRows(traces, served, exam, now);
  }
  const first = await served.record(FIRST);
  if (first !== undefined) await leaveAttempts(traces, served, first);
  traces.needles.set('pseudonym', Buffer.from(ERASED));
  return traces;
}
