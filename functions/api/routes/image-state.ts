import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { renditionKey } from '../../../core/keys/prepared-key.ts';
import type { Home } from '../../../core/ports/index.ts';
import { type BurntIn, readRendition } from '../../../core/preparation/rendition.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { hiddenFrom } from '../blinded.ts';
import { imageParameters, imageStateSchema } from '../image-schemas.ts';
import { type FoundImage, findImage, imageStateOf } from '../image-state.ts';
import { ApiError } from '../problem.ts';
import { PROBLEMS } from '../responses.ts';
import { scoped } from '../scoped.ts';

const getImage = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}',
  operationId: 'getImage',
  tags: ['exams'],
  ...scoped('read'),
  summary: 'One photograph: whether it is fit to be screened, and if not, what to do. Research use only.',
  description:
    "`{image}` is the last part of the photograph's key, as an upload answers it: `left.jpg`. The answer is about its newest version. Quality is known some seconds after the upload, before the exam has its result.",
  request: { params: imageParameters },
  responses: {
    200: { description: 'The photograph', content: { 'application/json': { schema: imageStateSchema } } },
    ...PROBLEMS,
  },
});

async function burntInOf(home: Pick<Home, 'prepared'>, { version }: FoundImage): Promise<BurntIn | null> {
  const content = await home.prepared.get(renditionKey(version, 'facts'));
  return (content && readRendition(content, version)?.rendered?.burntIn) ?? null;
}

/** What is known of single photographs. */
export function addImageStateRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects' | 'exams' | 'prepared'>,
): void {
  const configuration = new Configuration(home.objects);

  app.openapi(getImage, async (context) => {
    const { image, ...exam } = context.req.valid('param');
    const found = await findImage(home, exam, image);
    const hides = await hiddenFrom(context.var.caller, exam.program, configuration);
    if (found.record !== undefined && hides(found.record)) {
      throw new ApiError(
        403,
        'You read this exam without what the machine found: its quality is part of it.',
      );
    }
    return context.json(imageStateOf(found, await burntInOf(home, found)), 200);
  });
}
