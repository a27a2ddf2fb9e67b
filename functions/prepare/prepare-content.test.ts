import { expect, it } from 'vitest';
import { examImageSchema } from '../../core/exams/exam-image.ts';
import { type PreparedFacts, preparedFactsSchema } from '../../core/exams/prepared-facts.ts';
import { prepareImage } from '../../judging/index.ts';
import { generatePatient } from '../../phantoms/index.ts';
import { prepareContent } from './prepare-content.ts';
import { textPreparer } from './testing/text-preparer.ts';

const CONTRACT = 'c'.repeat(32);

async function factsOf(index: number): Promise<PreparedFacts> {
  const { left } = await generatePatient({ seed: 'facts', index, size: 512 });
  const made = await prepareContent(
    {
      ...textPreparer,
      prepare: async (bytes) => ({ ...(await prepareImage(bytes, 224)), milliseconds: 1, refusal: null }),
      detect: async () => ({ left: 0.123456789012345, gradable: 0.987654321098765, threshold: 0.9155 }),
    },
    CONTRACT,
    left?.jpeg ?? Buffer.from('no eye'),
  );
  return made.prepared.facts;
}

it('notes what a photograph shows by itself, or that it is not sure', async () => {
  const fields = (await Promise.all([0, 1, 2, 3, 4, 5].map(factsOf))).map(({ field }) => field);
  expect(fields).toContain('macula');
  expect(fields).not.toContain(undefined);
});

it('keeps the facts of an image below 600 bytes, with the longest name of a camera', async () => {
  const facts = preparedFactsSchema.parse({ ...(await factsOf(1)), device: 'C'.repeat(60) });
  expect(facts.field).toBe('macula');
  expect(facts.detected).toMatchObject({ left: 0.123457, gradable: 0.987654 });
  expect(JSON.stringify(facts).length).toBeLessThanOrEqual(600);
  expect(examImageSchema.shape.prepared.parse(facts)).toEqual(facts);
});
