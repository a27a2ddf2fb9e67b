import { describe, expect, it } from 'vitest';
import type { VectorMatch, VectorQuery } from '../ports/index.ts';
import { type SearchRequest, searchExams, searchRequestSchema } from './search-exams.ts';

const SCREENED_AT = '2026-05-01T12:00:00.000Z';

interface Stored {
  readonly model?: string;
  readonly outcome?: string;
  readonly flags?: readonly string[];
}

/** Exams by `patient/exam`, and what the vectors' index finds, the most similar first. */
function partsOf(exams: Readonly<Record<string, Stored | null>>, found: readonly string[]) {
  const queries: VectorQuery[] = [];
  const parts = {
    exams: {
      get: async ({ program, patient, exam }: Record<string, string>) => {
        const stored = exams[`${patient}/${exam}`];
        if (program !== 'north' || stored === undefined) return undefined;
        if (stored === null) return { result: null };
        const { model = 'm1', outcome = 'refer', flags = [] } = stored;
        return { result: { model, outcome, flags, screenedAt: SCREENED_AT } };
      },
    },
    vectors: {
      vectorOf: async ({ patient }: Record<string, string>, model: string) =>
        patient === 'unindexed' ? undefined : Float32Array.of(model.length, 7),
      search: async (query: VectorQuery) => {
        queries.push(query);
        return found.map((name, index): VectorMatch => {
          const [patient = '', exam = ''] = name.split('/');
          return { patient, exam, similarity: 1 - index / 10 } as VectorMatch;
        });
      },
    },
    encoder: {
      encode: async (text: string) => ({
        model: 'm1',
        trained: text !== 'untrained',
        vector: Float32Array.of(1),
      }),
    },
  };
  const search = (request: SearchRequest) => searchExams(parts as never, 'north', request);
  return { search, queries };
}

const names = (answer: Awaited<ReturnType<typeof searchExams>>) =>
  answer?.items.map(({ patient, exam, similarity }) => `${patient}/${exam} ${similarity}`);

describe('a search by text', () => {
  it('finds one exam of each patient, the most similar, as they are now', async () => {
    const { search, queries } = partsOf(
      {
        ...{ 'P1/1': {}, 'P1/2': {}, 'P2/1': { outcome: 'recall', flags: ['research-use-only'] } },
        ...{ 'P3/1': { model: 'm2' }, 'P4/1': null, 'P6/1': {} },
      },
      ['P1/2', 'P2/1', 'P1/1', 'P3/1', 'P4/1', 'P5/1', 'P6/1'],
    );
    const answer = await search({ text: 'drusen', limit: 20 });
    expect(names(answer)).toEqual(['P1/2 1', 'P2/1 0.9', 'P6/1 0.4']);
    expect(answer?.items[1]).toEqual({
      ...{ program: 'north', patient: 'P2', exam: '1', similarity: 0.9, outcome: 'recall' },
      ...{ screenedAt: SCREENED_AT, flags: ['research-use-only'] },
    });
    expect(queries).toEqual([
      { program: 'north', model: 'm1', vector: Float32Array.of(1), limit: 41, outcome: undefined },
    ]);
  });

  it('gives no more than its limit, and never asks for more than an index gives', async () => {
    const exams = Object.fromEntries(['P1', 'P2', 'P3'].map((patient) => [`${patient}/1`, {}]));
    const { search, queries } = partsOf(exams, ['P1/1', 'P2/1', 'P3/1']);
    expect(names(await search({ text: 'a', limit: 2 }))).toEqual(['P1/1 1', 'P2/1 0.9']);
    await search({ text: 'a', limit: 100 });
    expect(queries.map(({ limit }) => limit)).toEqual([5, 100]);
  });

  it('leaves out what has another outcome by now', async () => {
    const { search, queries } = partsOf({ 'P1/1': { outcome: 'recall' }, 'P2/1': {} }, ['P1/1', 'P2/1']);
    expect(names(await search({ text: 'a', limit: 9, outcome: 'refer' }))).toEqual(['P2/1 0.9']);
    expect(queries[0]?.outcome).toBe('refer');
  });

  it('says that it is for research, and whether the model is trained', async () => {
    const { search } = partsOf({}, []);
    const trained = await search({ text: 'a', limit: 1 });
    const untrained = await search({ text: 'untrained', limit: 1 });
    expect(trained).toEqual({
      ...{ model: 'm1', trained: true, items: [] },
      notice: 'Research use only: likeness is no diagnosis.',
    });
    expect(untrained?.trained).toBe(false);
    expect(untrained?.notice).toBe(
      'Research use only: likeness is no diagnosis. The model is untrained: likeness means nothing.',
    );
  });
});

describe('a search for what is like an exam', () => {
  const exams = {
    ...{ 'P1/1': { model: 'm-two' }, 'P1/2': { model: 'm-two' }, 'P2/1': { model: 'm-two' } },
    ...{ 'unscreened/1': null, 'unindexed/1': {}, 'untrained/1': { flags: ['untrained-model'] } },
  };

  it("asks by its patient's vector, in its model's space, and does not find that patient", async () => {
    const { search, queries } = partsOf(exams, ['P1/1', 'P1/2', 'P2/1']);
    const answer = await search({ exam: { patient: 'P1', exam: '1' }, limit: 3 });
    expect(names(answer)).toEqual(['P2/1 0.8']);
    expect(answer).toMatchObject({ model: 'm-two', trained: true });
    expect(queries[0]).toMatchObject({ model: 'm-two', vector: Float32Array.of(5, 7), limit: 7 });
    const untrained = await search({ exam: { patient: 'untrained', exam: '1' }, limit: 3 });
    expect(untrained?.trained).toBe(false);
  });

  it.each(['unknown', 'unscreened', 'unindexed'])('has no answer where it is %s', async (patient) => {
    const { search, queries } = partsOf(exams, []);
    expect(await search({ exam: { patient, exam: '1' }, limit: 3 })).toBeUndefined();
    expect(queries).toEqual([]);
  });
});

describe('a request to search', () => {
  it('is a text or an exam, with a limit of 20 unless told', () => {
    expect(searchRequestSchema.parse({ text: ' drusen ' })).toEqual({ text: 'drusen', limit: 20 });
    const exam = { patient: 'P1', exam: '1' };
    expect(searchRequestSchema.parse({ exam, limit: 100, outcome: 'refer' })).toEqual({
      ...{ exam, limit: 100, outcome: 'refer' },
    });
  });

  it.each([
    {},
    { text: '  ' },
    { text: 'x'.repeat(501) },
    { text: 'a', limit: 0 },
    { text: 'a', limit: 101 },
    { text: 'a', limit: 1.5 },
    { text: 'a', outcome: 'healthy' },
    { text: 'a', more: 1 },
    { exam: { patient: 'P1' } },
    { exam: { patient: 'P/1', exam: '1' } },
    { exam: { patient: 'P1', exam: '1' }, more: 1 },
  ])('is refused as %j', (request) => {
    expect(searchRequestSchema.safeParse(request).success).toBe(false);
  });
});
