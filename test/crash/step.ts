import { z } from 'zod';

/** What a writing process says on its standard output: that a step begins that undoes another, or that one is done. */
export const stepSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('opening') }),
  z.object({ step: z.literal('put'), key: z.string(), versionId: z.string(), sha256: z.string() }),
  z.object({ step: z.literal('removing'), key: z.string(), versionId: z.string() }),
  z.object({ step: z.literal('removed'), key: z.string(), versionId: z.string() }),
  z.object({ step: z.literal('preparing'), key: z.string(), sha256: z.string() }),
  z.object({ step: z.literal('prepared'), key: z.string(), sha256: z.string() }),
  z.object({ step: z.literal('sent'), body: z.string() }),
  z.object({ step: z.literal('consuming'), body: z.string() }),
  z.object({ step: z.literal('consumed'), body: z.string() }),
  z.object({ step: z.literal('saved'), exam: z.string(), revision: z.number() }),
  z.object({ step: z.literal('published'), id: z.string() }),
]);
export type Step = z.infer<typeof stepSchema>;
