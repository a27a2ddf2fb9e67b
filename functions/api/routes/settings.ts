import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { readStoredJson } from '../../../core/documents/stored-json.ts';
import type { Home } from '../../../core/ports/index.ts';
import { registerProgram } from '../../../core/programs/program-register.ts';
import {
  DEFAULT_SETTINGS,
  programSettingsSchema,
  settingsKey,
} from '../../../core/programs/program-settings.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { entityTag, requireMatch } from '../entity-tag.ts';
import { CHANGE_PROBLEMS, PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

const path = '/v1/programs/{program}/settings';
const content = { 'application/json': { schema: programSettingsSchema } };

const getSettings = createRoute({
  method: 'get',
  path,
  operationId: 'getProgramSettings',
  tags: ['programs'],
  ...scoped('read', 'may-be-new'),
  summary: "A program's pairing window, outcome policy and review settings",
  request: { params: programParameters },
  responses: { 200: { description: 'The settings', content }, ...PROBLEMS },
});

const putSettings = createRoute({
  method: 'put',
  path,
  operationId: 'setProgramSettings',
  tags: ['programs'],
  ...scoped('admin', 'may-be-new'),
  summary: "Set a program's pairing window, outcome policy and review settings; results to come follow them",
  request: { params: programParameters, body: { required: true, content } },
  responses: { 200: { description: 'The settings as stored', content }, ...CHANGE_PROBLEMS },
});

/** Tag of settings that were never set. */
const DEFAULT_TAG = entityTag('default');

/** Settings of a program. */
export function addSettingsRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'objects'>): void {
  async function versionOf(program: string): Promise<string | null> {
    return (await home.objects.head(settingsKey(program)))?.versionId ?? null;
  }

  app.openapi(getSettings, async (context) => {
    const { program } = context.req.valid('param');
    // The version is read first: settings newer than their tag make an edit fail, older ones would lose one.
    const version = await versionOf(program);
    const stored = await readStoredJson(home.objects, settingsKey(program), programSettingsSchema);
    context.header('etag', version === null ? DEFAULT_TAG : entityTag(version));
    return context.json(stored ?? DEFAULT_SETTINGS, 200);
  });

  app.openapi(putSettings, async (context) => {
    const { program } = context.req.valid('param');
    const settings = context.req.valid('json');
    const header = context.req.header('if-match');
    await registerProgram(home.objects, program);
    const version = await versionOf(program);
    requireMatch(header, version === null ? DEFAULT_TAG : entityTag(version));
    const onlyOver = version === null ? { ifAbsent: true } : { ifLatest: version };
    const stored = await home.objects.put(settingsKey(program), Buffer.from(JSON.stringify(settings)), {
      contentType: 'application/json',
      ...(header === undefined ? {} : onlyOver),
    });
    context.header('etag', stored.versionId === null ? DEFAULT_TAG : entityTag(stored.versionId));
    return context.json(settings, 200);
  });
}
