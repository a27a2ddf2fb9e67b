import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../core/errors.ts';
import type { Outcome } from '../../core/exams/outcome.ts';
import type { IndexedExam, VectorIndex, VectorQuery } from '../../core/ports/index.ts';
import { normalized } from '../../core/search/vectors.ts';

export interface VectorIndexSubject {
  readonly vectors: VectorIndex;
  /** Opens what is stored again, as another process would. */
  reopen(): Promise<VectorIndex>;
  close(): Promise<void>;
}

const EMBEDDING = 8;

/** A vector at an angle to the first axis: the cosine with the first axis is that of the angle. */
function at(degrees: number, length = 1): Float32Array {
  const vector = new Float32Array(EMBEDDING);
  vector[0] = length * Math.cos((degrees * Math.PI) / 180);
  vector[1] = length * Math.sin((degrees * Math.PI) / 180);
  return vector;
}

function exam(
  program: string,
  patient: string,
  degrees: number,
  change: Partial<IndexedExam> = {},
): IndexedExam {
  return {
    key: { program, patient, exam: '2026-05-01' },
    model: 'm1',
    vector: at(degrees),
    outcome: 'refer',
    screenedAt: '2026-05-01T00:00:00.000Z',
    ...change,
  };
}

/** What every index of vectors must do. */
export function describeVectorIndex(name: string, open: () => Promise<VectorIndexSubject>): void {
  describe(`VectorIndex: ${name}`, () => {
    let subject: VectorIndexSubject;
    beforeAll(async () => {
      subject = await open();
    });
    afterAll(() => subject.close());

    const query = (program: string, change: Partial<VectorQuery> = {}): VectorQuery => ({
      ...{ program, model: 'm1', vector: at(0), limit: 10 },
      ...change,
    });
    const patients = async (asked: VectorQuery, index = subject.vectors) =>
      (await index.search(asked)).map(({ patient }) => patient);

    it('finds the most similar first, with the cosine, whatever the length of the question', async () => {
      await subject.vectors.put([
        exam('order', 'far', 80),
        exam('order', '近 1', 10),
        exam('order', 'mid', 40),
      ]);
      const found = await subject.vectors.search(query('order', { vector: at(0, 7) }));
      expect(found.map(({ patient }) => patient)).toEqual(['近 1', 'mid', 'far']);
      for (const [place, degrees] of [10, 40, 80].entries()) {
        expect(found[place]?.similarity).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 4);
      }
      expect(found[0]?.exam).toBe('2026-05-01');
    });

    it('finds nothing in a program or model that it has nothing of', async () => {
      expect(await patients(query('nowhere'))).toEqual([]);
      expect(await patients(query('order', { model: 'm9' }))).toEqual([]);
      expect(
        await subject.vectors.vectorOf({ program: 'nowhere', patient: 'x', exam: 'x' }, 'm1'),
      ).toBeUndefined();
    });

    it('never finds exams of another program', async () => {
      await subject.vectors.put([exam('ours', 'A', 20), exam('theirs', 'B', 0)]);
      expect(await patients(query('ours'))).toEqual(['A']);
    });

    it('finds only exams of the outcome that is asked for', async () => {
      const outcomes: readonly Outcome[] = ['recall', 'refer', 'recall', 'refer-urgent'];
      await subject.vectors.put(outcomes.map((outcome, i) => exam('outcomes', `P${i}`, 10 * i, { outcome })));
      expect(await patients(query('outcomes', { outcome: 'recall' }))).toEqual(['P0', 'P2']);
      expect(await patients(query('outcomes', { outcome: 'ungradable' }))).toEqual([]);
    });

    it('replaces what it knows of an exam, that of another model included', async () => {
      await subject.vectors.put([exam('replaced', 'A', 0), exam('replaced', 'B', 30)]);
      await subject.vectors.search(query('replaced'));
      await subject.vectors.put([exam('replaced', 'A', 60)]);
      expect(await patients(query('replaced'))).toEqual(['B', 'A']);
      await subject.vectors.put([exam('replaced', 'A', 0, { model: 'm2' })]);
      expect(await patients(query('replaced'))).toEqual(['B']);
      expect(await patients(query('replaced', { model: 'm2' }))).toEqual(['A']);
    });

    it('gives an exam’s vector back', async () => {
      await subject.vectors.put([exam('given', 'A', 25)]);
      const key = { program: 'given', patient: 'A', exam: '2026-05-01' };
      const vector = await subject.vectors.vectorOf(key, 'm1');
      expect([...(vector ?? [])].map((value) => Number(value.toFixed(5)))).toEqual(
        [...at(25)].map((value) => Number(value.toFixed(5))),
      );
      expect(await subject.vectors.vectorOf(key, 'm2')).toBeUndefined();
    });

    it('forgets a patient for good, in memory and in store', async () => {
      await subject.vectors.put([exam('erased', 'A', 0), exam('erased', 'B', 30)]);
      await subject.vectors.search(query('erased'));
      await subject.vectors.remove('erased', 'A', ['2026-05-01', 'never-was']);
      expect(await patients(query('erased'))).toEqual(['B']);
      expect(await patients(query('erased'), await subject.reopen())).toEqual(['B']);
      await subject.vectors.remove('never-was', 'A', ['x']);
      await subject.vectors.remove('erased', 'B', []);
      expect(await patients(query('erased'))).toEqual(['B']);
    });

    it.each([1, 2, 1_000])('lists every exam that it has of a program, by pages of %i', async (limit) => {
      const program = `listed-${limit}`;
      await subject.vectors.put([
        exam(program, 'A', 0),
        exam(program, '近 1', 10, { model: 'm2' }),
        exam(program, 'C', 20, { key: { program, patient: 'C', exam: '2027' } }),
        exam(`${program}-not`, 'D', 0),
      ]);
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await subject.vectors.list(program, { limit, cursor });
        found.push(...page.items.map(({ patient, exam: name }) => `${patient}/${name}`));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found.toSorted()).toEqual(['A/2026-05-01', 'C/2027', '近 1/2026-05-01']);
      expect((await subject.vectors.list('never-was', { limit })).items).toEqual([]);
    });

    it('says which exams it lacks for a model', async () => {
      await subject.vectors.put([exam('lacking', 'A', 0), exam('lacking', 'B', 5, { model: 'm2' })]);
      const of = (patient: string, name = '2026-05-01') => ({ patient, exam: name });
      const asked = [of('A'), of('B'), of('A', '2027'), of('C')];
      expect(await subject.vectors.missing('lacking', 'm1', asked)).toEqual([
        of('B'),
        of('A', '2027'),
        of('C'),
      ]);
      expect(await subject.vectors.missing('lacking', 'm9', asked)).toEqual(asked);
      const many = Array.from({ length: 250 }, (_, index) => of(`N${index}`));
      expect(await subject.vectors.missing('lacking', 'm1', [...many, of('A')])).toEqual(many);
    });

    it('still has what it has when it is opened again', async () => {
      const index = await subject.reopen();
      expect(await patients(query('order'), index)).toEqual(['近 1', 'mid', 'far']);
    });

    it.each([0, 1.5, 101])('refuses a limit of %s', async (limit) => {
      await expect(subject.vectors.search(query('order', { limit }))).rejects.toThrow(InvalidInputError);
    });

    it('refuses a question without a direction', async () => {
      const vector = new Float32Array(EMBEDDING);
      await expect(subject.vectors.search(query('order', { vector }))).rejects.toThrow(InvalidInputError);
    });

    it('agrees with a plain list, whatever is put, replaced and removed in between', async () => {
      let run = 0;
      const step = fc.record({
        kind: fc.constantFrom('put', 'put', 'remove', 'search'),
        patient: fc.nat({ max: 6 }).map((number) => `P${number}`),
        degrees: fc.nat({ max: 179 }),
        limit: fc.integer({ min: 1, max: 5 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          run += 1;
          const program = `model-${run}`;
          const known = new Map<string, number>();
          for (const { kind, patient, degrees, limit } of steps) {
            if (kind === 'put') {
              await subject.vectors.put([exam(program, patient, degrees)]);
              known.set(patient, degrees);
            } else if (kind === 'remove') {
              await subject.vectors.remove(program, patient, ['2026-05-01']);
              known.delete(patient);
            } else {
              const found = await subject.vectors.search(query(program, { limit }));
              const expected = [...known.values()].sort((a, b) => a - b).slice(0, limit);
              const degreesOf = found.map((match) => known.get(match.patient));
              expect(degreesOf).toEqual(expected);
            }
          }
        }),
        { numRuns: 15 },
      );
    });

    it('takes many exams at once and finds each by itself', async () => {
      const many = Array.from({ length: 1_200 }, (_, index) => {
        const vector = Float32Array.from({ length: EMBEDDING }, (_, channel) =>
          Math.sin(index * 7 + channel * channel),
        );
        return exam('many', `P${index}`, 0, { vector: normalized(vector) });
      });
      await subject.vectors.put(many);
      for (const index of [0, 600, 1_199]) {
        const [best] = await subject.vectors.search(
          query('many', { vector: many[index]?.vector ?? at(0), limit: 1 }),
        );
        expect(best?.similarity).toBeCloseTo(1, 4);
      }
      expect(await patients(query('many', { limit: 100 }))).toHaveLength(100);
    });
  });
}
