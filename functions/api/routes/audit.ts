import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { auditEntrySchema } from '../../../core/audit/audit-entry.ts';
import type { AuditTrail } from '../../../core/audit/audit-trail.ts';
import { identifierSchema } from '../../../core/exams/identifier.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { EVERY_PROGRAM } from '../caller.ts';
import { PROBLEMS } from '../responses.ts';
import { pageQuery, programParameters } from '../schemas.ts';
import { scoped, scopedToAll } from '../scoped.ts';

export const auditPage = z.object({ items: z.array(auditEntrySchema), cursor: z.string().optional() });

const auditQuery = pageQuery.extend({ patient: identifierSchema.optional() });

const getAudit = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/audit',
  operationId: 'listAuditEntries',
  tags: ['audit'],
  ...scoped('admin'),
  summary: 'Who read and changed what, newest first; reads of the last second may be missing',
  description:
    'Patients and exams stand in it as keyed hashes. Whom it tells of can be asked for by `patient`; a page may then hold fewer entries than its limit.',
  request: { params: programParameters, query: auditQuery },
  responses: {
    200: { description: 'A page of entries', content: { 'application/json': { schema: auditPage } } },
    ...PROBLEMS,
  },
});

const getWholeAudit = createRoute({
  method: 'get',
  path: '/v1/audit',
  operationId: 'listAuditEntriesOfAllPrograms',
  tags: ['audit'],
  ...scopedToAll('admin'),
  summary: 'Who read and changed what concerns all programs, and refused callers of no program; newest first',
  request: { query: pageQuery },
  responses: {
    200: { description: 'A page of entries', content: { 'application/json': { schema: auditPage } } },
    ...PROBLEMS,
  },
});

/** The audit trail. */
export function addAuditRoutes(app: OpenAPIHono<ApiEnvironment>, audit: AuditTrail): void {
  app.openapi(getAudit, async (context) => {
    const { program } = context.req.valid('param');
    const { items, cursor } = await audit.page(program, context.req.valid('query'));
    return context.json({ items: [...items], cursor }, 200);
  });
  app.openapi(getWholeAudit, async (context) => {
    const { items, cursor } = await audit.page(EVERY_PROGRAM, context.req.valid('query'));
    return context.json({ items: [...items], cursor }, 200);
  });
}
