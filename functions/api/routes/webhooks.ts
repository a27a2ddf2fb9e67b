import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Home } from '../../../core/ports/index.ts';
import {
  addEndpoint,
  readEndpoints,
  removeEndpoint,
  webhookEndpointSchema,
  webhookRequestSchema,
} from '../../../core/webhooks/webhook-endpoints.ts';
import { checkWebhookUrl } from '../../webhooks/address-guard.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { ApiError } from '../problem.ts';
import { BODY_PROBLEMS, PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { scoped } from '../scoped.ts';

const path = '/v1/programs/{program}/webhooks';
export const webhookList = z.object({ items: z.array(webhookEndpointSchema.omit({ secret: true })) });

const listWebhooks = createRoute({
  method: 'get',
  path,
  operationId: 'listWebhooks',
  tags: ['webhooks'],
  ...scoped('admin'),
  summary: 'Where events of a program are sent',
  request: { params: programParameters },
  responses: {
    200: {
      description: 'The endpoints, without their secrets',
      content: { 'application/json': { schema: webhookList } },
    },
    ...PROBLEMS,
  },
});

const addWebhook = createRoute({
  method: 'post',
  path,
  operationId: 'addWebhook',
  tags: ['webhooks'],
  ...scoped('admin'),
  summary: 'Send events of a program to a URL, signed; earlier events are not sent',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: webhookRequestSchema } } },
  },
  responses: {
    201: {
      description: 'The endpoint with the secret that signs; it is shown this once',
      content: { 'application/json': { schema: webhookEndpointSchema } },
    },
    ...BODY_PROBLEMS,
  },
});

const removeWebhook = createRoute({
  method: 'delete',
  path: `${path}/{webhook}`,
  operationId: 'removeWebhook',
  tags: ['webhooks'],
  ...scoped('admin'),
  summary: 'Send no more events to an endpoint',
  request: { params: programParameters.extend({ webhook: z.string().min(1).max(100) }) },
  responses: { 204: { description: 'Removed' }, ...BODY_PROBLEMS },
});

export interface WebhookHome extends Pick<Home, 'objects'> {
  /** Whether endpoints may be on this machine or its network. */
  readonly allowPrivateWebhooks?: boolean;
}

/** Webhooks of a program. */
export function addWebhookRoutes(app: OpenAPIHono<ApiEnvironment>, home: WebhookHome): void {
  app.openapi(listWebhooks, async (context) => {
    const { program } = context.req.valid('param');
    const endpoints = await readEndpoints(home.objects, program);
    return context.json({ items: endpoints.map(({ secret: _, ...endpoint }) => endpoint) }, 200);
  });

  app.openapi(addWebhook, async (context) => {
    const { program } = context.req.valid('param');
    const request = context.req.valid('json');
    if (!home.allowPrivateWebhooks) checkWebhookUrl(request.url);
    return context.json(await addEndpoint(home.objects, program, request, new Date()), 201);
  });

  app.openapi(removeWebhook, async (context) => {
    const { program, webhook } = context.req.valid('param');
    const endpoints = await readEndpoints(home.objects, program);
    if (!endpoints.some(({ id }) => id === webhook))
      throw new ApiError(404, `There is no webhook "${webhook}".`);
    await removeEndpoint(home.objects, program, webhook);
    return context.body(null, 204);
  });
}
