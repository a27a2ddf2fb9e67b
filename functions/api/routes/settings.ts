import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Home } from '../../../core/ports/index.ts';
import {
  DEFAULT_SETTINGS,
  programSettingsSchema,
  settingsKey,
} from '../../../core/programs/program-settings.ts';
import { readStoredJson } from '../../../core/programs/stored-json.ts';
import type { ApiEnvironment } from '../caller.ts';
import { PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

const path = '/v1/programs/{program}/settings';
const content = { 'application/json': { schema: programSettingsSchema } };

const getSettings = createRoute({
  method: 'get',
  path,
  ...scoped('read'),
  summary: "A program's pairing window and outcome policy",
  request: { params: programParameters },
  responses: { 200: { description: 'The settings', content }, ...PROBLEMS },
});

const putSettings = createRoute({
  method: 'put',
  path,
  ...scoped('admin'),
  summary: "Set a program's pairing window and outcome policy; results to come follow them",
  request: { params: programParameters, body: { required: true, content } },
  responses: { 200: { description: 'The settings as stored', content }, ...PROBLEMS },
});

/** Settings of a program. */
export function addSettingsRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'objects'>): void {
  app.openapi(getSettings, async (context) => {
    const { program } = context.req.valid('param');
    const stored = await readStoredJson(home.objects, settingsKey(program), programSettingsSchema);
    return context.json(stored ?? DEFAULT_SETTINGS, 200);
  });

  app.openapi(putSettings, async (context) => {
    const { program } = context.req.valid('param');
    const settings = context.req.valid('json');
    await home.objects.put(settingsKey(program), Buffer.from(JSON.stringify(settings)), {
      contentType: 'application/json',
    });
    return context.json(settings, 200);
  });
}
