import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnvironment } from '../api-environment.ts';
import { COMPONENTS } from './components.ts';
import { shareSchemas } from './share-schemas.ts';

/** Areas of the API, in the order of the document. Every operation belongs to one. */
export const TAGS = [
  { name: 'programs', description: 'Programs and their settings' },
  { name: 'uploads', description: 'Sending photographs' },
  { name: 'exams', description: 'Exams and how far they are' },
  { name: 'results', description: 'What was found, counted and searched. Research use only.' },
  { name: 'reviews', description: 'Work lists of readers, their verdicts and their agreement' },
  { name: 'patients', description: 'Finding and erasing patients' },
  { name: 'jobs', description: 'Screening or re-scoring many exams, now or on a schedule' },
  { name: 'model', description: 'The active model, its heads, and heads in trial' },
  { name: 'webhooks', description: 'Where events are sent' },
  { name: 'dead-letters', description: 'Messages that could not be processed' },
  { name: 'reconciliation', description: 'Finding what is lost or left over' },
  { name: 'audit', description: 'Who read and changed what' },
] as const;

/** What the API document says of itself. */
const ABOUT = {
  openapi: '3.1.0',
  info: {
    title: 'retclip-screening',
    version: '1',
    description: 'Retinal screening with RET-CLIP. Research use only: no finding is a diagnosis.',
  },
  security: [{ bearer: [] }],
  tags: TAGS.map((tag) => ({ ...tag })),
};

/** Serves the API document: made from the schemas that requests are checked by, once, when it is first asked for. */
export function addDocument(app: OpenAPIHono<ApiEnvironment>): void {
  let document: string | undefined;
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.get('/openapi.json', (context) => {
    document ??= JSON.stringify(shareSchemas(app.getOpenAPI31Document(ABOUT), COMPONENTS));
    return context.body(document, 200, { 'content-type': 'application/json' });
  });
}
