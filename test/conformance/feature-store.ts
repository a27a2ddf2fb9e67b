import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DamagedShardError, FeaturesError, ObjectNotFoundError } from '../../core/errors.ts';
import type { ImageFeatures } from '../../core/exams/exam-features.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { FeaturesReference } from '../../core/exams/exam-result.ts';
import type {
  FeatureBatch,
  FeatureRow,
  FeatureStore,
  ListedRow,
  NamedShard,
} from '../../core/ports/index.ts';

export interface FeatureStoreSubject {
  readonly features: FeatureStore;
  /** Of two who write the same shard at once, one is refused and tries again. */
  readonly hasConditions: boolean;
  close(): Promise<void>;
}

const CHANNELS = 3;
const BOTH = { left: true, right: true };

const examOf = (patient: string, exam = '2026-05-01'): ExamKey => ({ program: 'north', patient, exam });

/** No number is like another: thousands tell the matrix, hundreds the exam, ones the channel. */
function batchOf(
  exams: readonly (ExamKey & { readonly eyes?: typeof BOTH; readonly images?: readonly ImageFeatures[] })[],
): FeatureBatch {
  const matrix = (thousands: number) =>
    Float32Array.from(
      { length: exams.length * CHANNELS },
      (_, at) => 1_000 * thousands + 100 * (Math.floor(at / CHANNELS) + 1) + (at % CHANNELS) + 1,
    );
  return {
    ...{
      model: 'model-1',
      preprocessing: 'squash',
      precision: { precision: 'fp16', equivalents: ['fp32', 'fp16'] },
    },
    exams: exams.map(({ eyes = BOTH, images, ...exam }, row) => ({
      ...{ exam, requestId: `request-${row}`, eyes, images },
    })),
    matrices: {
      ...{
        leftVisual: matrix(1),
        rightVisual: matrix(2),
        left: matrix(3),
        right: matrix(4),
        patient: matrix(5),
      },
    },
  };
}

const numbers = (thousands: number, row: number) =>
  [1, 2, 3].map((one) => 1_000 * thousands + 100 * (row + 1) + one);

/** Two images of the left eye and one of the right, whose numbers begin with the exam's. */
function imagesOf(patient: string, from: number): ImageFeatures[] {
  const image = (
    name: string,
    laterality: 'left' | 'right',
    field: ImageFeatures['field'],
    first: number,
  ) => ({
    ...{ image: `images/north/${patient}/2026-05-01/${name}`, laterality, field },
    visual: Float32Array.of(from + first, from + first + 1, from + first + 2),
  });
  return [
    image('left.jpg', 'left', null, 10),
    image('left-2.jpg', 'left', 'disc', 20),
    image('right.jpg', 'right', 'macula', 30),
  ];
}

const NOWHERE: FeaturesReference = { shard: 'features/model-1/2026/05/01/never-listed.safetensors', row: 0 };

/** What every store of features must do. */
export function describeFeatureStore(name: string, open: () => Promise<FeatureStoreSubject>): void {
  describe(`FeatureStore: ${name}`, () => {
    let subject: FeatureStoreSubject;
    let features: FeatureStore;

    beforeAll(async () => {
      subject = await open();
      features = subject.features;
    });
    afterAll(() => subject.close());

    async function read({ shard, row }: FeaturesReference) {
      const exam = (await features.read(shard)).exam(row);
      if (exam === null) return null;
      const eye = (side: typeof exam.left) => side && { visual: [...side.visual], mapped: [...side.mapped] };
      return { left: eye(exam.left), right: eye(exam.right), patient: [...exam.patient] };
    }

    async function rowsOf(patient: string, program = 'north'): Promise<FeatureRow[]> {
      const rows: FeatureRow[] = [];
      for await (const row of features.rowsOf(program, patient)) rows.push(row);
      return rows;
    }

    async function shards(limit: number): Promise<NamedShard[]> {
      const found: NamedShard[] = [];
      let cursor: string | undefined;
      do {
        const page = await features.shards({ limit, cursor });
        found.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== undefined);
      return found;
    }

    const put = (exams: Parameters<typeof batchOf>[0]) => features.put(batchOf(exams));
    const place = (places: readonly FeaturesReference[], row: number): FeaturesReference =>
      places[row] ?? NOWHERE;

    it('gives each exam of a batch its own features back, eye by eye', async () => {
      const places = await put([
        examOf('own-1'),
        { ...examOf('own-2'), eyes: { left: true, right: false } },
        { ...examOf('own-3'), eyes: { left: false, right: true } },
      ]);
      const left = (row: number) => ({ visual: numbers(1, row), mapped: numbers(3, row) });
      const right = (row: number) => ({ visual: numbers(2, row), mapped: numbers(4, row) });
      expect(await Promise.all(places.map(read))).toEqual([
        { left: left(0), right: right(0), patient: numbers(5, 0) },
        { left: left(1), right: null, patient: numbers(5, 1) },
        { left: null, right: right(2), patient: numbers(5, 2) },
      ]);
      expect(await read({ ...place(places, 0), row: 3 })).toBeNull();
    });

    it('gives every image of an exam back, and erases them with its row', async () => {
      const [first, last] = [imagesOf('images-1', 100), imagesOf('images-3', 300)];
      const places = await put([
        { ...examOf('images-1'), images: first },
        examOf('images-2'),
        { ...examOf('images-3'), images: last },
      ]);
      const imagesAt = async ({ shard, row }: FeaturesReference) =>
        (await features.read(shard)).exam(row)?.images;
      expect(await Promise.all(places.map(imagesAt))).toEqual([first, undefined, last]);
      expect(await features.erase(place(places, 1))).toBe('erased');
      expect(await Promise.all(places.map(imagesAt))).toEqual([first, undefined, last]);
      expect(await features.erase(place(places, 0))).toBe('erased');
      expect(await features.holds(place(places, 0))).toBe(false);
      expect(await Promise.all(places.map(imagesAt))).toEqual([undefined, undefined, last]);
    });

    it('says what features were made with', async () => {
      const [named] = await put([examOf('made-1')]);
      const stored = await features.read(named?.shard ?? '');
      expect(stored).toMatchObject({ model: 'model-1', embedding: CHANNELS });
      expect(stored).toMatchObject({ precision: 'fp16', equivalents: ['fp32', 'fp16'] });
      const { precision: _, ...unnamed } = batchOf([examOf('made-2')]);
      const [former] = await features.put(unnamed);
      expect(await features.read(former?.shard ?? '')).toMatchObject({ precision: null, equivalents: [] });
    });

    it('lists every row under its patient, and no other patient', async () => {
      const places = await put([examOf('P1'), examOf('P10'), examOf('P1', '2027-05-01')]);
      const again = await put([examOf('P1')]);
      const listed = (await rowsOf('P1')).map(({ exam, requestId, place: at }) => [exam, requestId, at]);
      expect(listed).toHaveLength(3);
      expect(listed).toEqual(
        expect.arrayContaining([
          [examOf('P1'), 'request-0', place(places, 0)],
          [examOf('P1', '2027-05-01'), 'request-2', place(places, 2)],
          [examOf('P1'), 'request-0', place(again, 0)],
        ]),
      );
      expect(await rowsOf('P')).toEqual([]);
      expect(await rowsOf('P1', 'south')).toEqual([]);
    });

    it('tells of every listed row of all patients once, page by page, and when it was listed', async () => {
      const before = Date.now();
      const exams = [examOf('all-1'), { ...examOf('all-2'), program: 'south' }, examOf('all-3')];
      const places = await put(exams);
      const rows: ListedRow[] = [];
      let cursor: string | undefined;
      do {
        const page = await features.listedRows({ limit: 2, cursor });
        expect(page.items.length).toBeLessThanOrEqual(2);
        rows.push(...page.items);
        cursor = page.cursor;
      } while (cursor !== undefined);
      const own = rows.filter(({ exam }) => exam.patient.startsWith('all-'));
      expect(own).toEqual(
        exams
          .map((exam, row) => ({
            ...{ exam, requestId: `request-${row}`, place: place(places, row) },
            listedAt: expect.any(Date),
          }))
          .toSorted((a, b) => (a.exam.program < b.exam.program ? -1 : 1)),
      );
      // By the store's clock, to the second in S3.
      for (const { listedAt } of own) expect(Math.abs(listedAt.getTime() - before)).toBeLessThan(3_600_000);
    });

    it('erases the features of one exam and leaves those of the others where they are', async () => {
      const places = await put([examOf('erased-1'), examOf('erased-2'), examOf('erased-3')]);
      const before = await Promise.all(places.map(read));
      const erased = place(places, 1);
      expect(await features.holds(erased)).toBe(true);
      expect(await features.erase(erased)).toBe('erased');
      expect(await features.holds(erased)).toBe(false);
      expect(await features.erase(erased)).toBe('erased-before');
      expect((await read(erased))?.patient).toEqual([0, 0, 0]);
      expect(await read(place(places, 0))).toEqual(before[0]);
      expect(await read(place(places, 2))).toEqual(before[2]);
      expect(await features.requestsOf(erased.shard)).toEqual(['request-0', 'request-1', 'request-2']);
    });

    it('erases rows of one shard at the same time', async ({ skip }) => {
      if (!subject.hasConditions) skip('it takes no conditional writes');
      const places = await put(Array.from({ length: 6 }, (_, row) => examOf(`racing-${row}`)));
      const fates = await Promise.all(places.slice(0, 5).map((one) => features.erase(one)));
      expect(fates).toEqual(places.slice(0, 5).map(() => 'erased'));
      const held = await Promise.all(places.map((one) => features.holds(one)));
      expect(held).toEqual([false, false, false, false, false, true]);
    });

    it('refuses to erase a row that a shard does not have', async () => {
      const { shard } = place(await put([examOf('row-1')]), 0);
      await expect(features.erase({ shard, row: 1 })).rejects.toThrow(DamagedShardError);
      await expect(features.holds({ shard, row: 1 })).rejects.toThrow(DamagedShardError);
    });

    it('keeps a row on its list until it is forgotten', async () => {
      await put([examOf('forgotten'), examOf('kept')]);
      const [row] = await rowsOf('forgotten');
      if (row === undefined) throw new Error('Expected a row.');
      await features.erase(row.place);
      expect(await rowsOf('forgotten')).toEqual([row]);
      await features.forget(row);
      await features.forget(row);
      expect(await rowsOf('forgotten')).toEqual([]);
      expect(await rowsOf('kept')).toHaveLength(1);
    });

    it('names every shard once, page by page, and when it was stored', async () => {
      const made = new Set<string>();
      for (const patient of ['paged-1', 'paged-2', 'paged-3'])
        made.add(place(await put([examOf(patient)]), 0).shard);
      const found = await shards(2);
      expect(new Set(found.map(({ shard }) => shard)).size).toBe(found.length);
      const own = found.filter(({ shard }) => made.has(shard));
      expect(own).toHaveLength(3);
      const day = own[0]?.storedAt.toISOString().slice(0, 10);
      for (const one of own) expect(one).toMatchObject({ isListed: true, day });
    });

    it('removes a shard whole, and then has nothing of it', async () => {
      const removed = place(await put([examOf('removed')]), 0);
      await features.remove(removed.shard);
      expect((await shards(100)).map(({ shard }) => shard)).not.toContain(removed.shard);
      for (const missing of [removed, NOWHERE]) {
        await expect(features.read(missing.shard)).rejects.toThrow(FeaturesError);
        await expect(features.requestsOf(missing.shard)).rejects.toThrow(ObjectNotFoundError);
        expect(await features.erase(missing)).toBe('absent');
        expect(await features.holds(missing)).toBe(false);
        await features.remove(missing.shard);
      }
      // Its row stays listed: a writer may be about to store it.
      expect(await rowsOf('removed')).toHaveLength(1);
    });
  });
}
