import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { newestOf } from '../../../core/exams/arrival-order.ts';
import { UNGRADABLE_ADVICE } from '../../../core/exams/quality.ts';
import { renditionKey } from '../../../core/keys/prepared-key.ts';
import type { Home } from '../../../core/ports/index.ts';
import { readRendition } from '../../../core/preparation/rendition.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { imageParameters, renderingAnswer } from '../image-schemas.ts';
import { type FoundImage, findImage } from '../image-state.ts';
import { ApiError } from '../problem.ts';
import { RenditionRequests } from '../rendition-requests.ts';
import { PROBLEMS } from '../responses.ts';
import { scoped } from '../scoped.ts';

const PATH = '/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}';
/** Seconds after which to ask again for a picture that is being made. */
const RETRY_AFTER = '2';

const answers = {
  200: {
    description: 'The picture',
    content: { 'image/jpeg': { schema: z.any().openapi({ type: 'string', format: 'binary' }) } },
  },
  202: {
    description: 'It is being made: ask again after Retry-After',
    content: { 'application/json': { schema: renderingAnswer } },
  },
  ...PROBLEMS,
};

const getRendition = createRoute({
  method: 'get',
  path: `${PATH}/rendition`,
  operationId: 'getRendition',
  tags: ['reviews'],
  ...scoped('review'),
  summary: 'A photograph as readers see it: at most 2,048 pixels a side. Research use only.',
  description:
    'A JPEG with nothing of the file but its pixels. What was burnt in around the field of view is black.',
  request: { params: imageParameters },
  responses: answers,
});

const getThumbnail = createRoute({
  method: 'get',
  path: `${PATH}/thumbnail`,
  operationId: 'getThumbnail',
  tags: ['reviews'],
  ...scoped('review'),
  summary: 'A photograph for lists: at most 256 pixels a side. Research use only.',
  request: { params: imageParameters },
  responses: answers,
});

/** Readers see what their exam's result is about: the version that the exam lists, while a newer one is on its way. */
function versionToRead({ version, record, listed }: FoundImage): FoundImage['version'] {
  if (listed !== undefined) return listed;
  return newestOf(record?.images.filter(({ key }) => key === version.key) ?? []) ?? version;
}

/** Pictures for readers. */
export function addRenditionRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects' | 'exams' | 'prepared' | 'queues'>,
): void {
  const requests = new RenditionRequests(home.queues.preparation.queue);

  /** @returns `null` if it is being made. @throws ApiError 404 if there can be none */
  async function pictureOf(found: FoundImage, file: 'rendition' | 'thumbnail'): Promise<Uint8Array | null> {
    const version = versionToRead(found);
    const picture = await home.prepared.get(renditionKey(version, file));
    if (picture !== undefined) return picture;
    const name = version.key.split('/').at(-1);
    const facts = await home.prepared.get(renditionKey(version, 'facts'));
    const refused = facts && readRendition(facts, version)?.refused;
    if (refused) throw new ApiError(404, `"${name}" gives no picture: ${UNGRADABLE_ADVICE[refused]}.`);
    if (!found.isStored) throw new ApiError(404, `The photograph "${name}" was deleted.`);
    await requests.ask(version);
    return null;
  }

  for (const [route, file] of [
    [getRendition, 'rendition'],
    [getThumbnail, 'thumbnail'],
  ] as const) {
    app.openapi(route, async (context) => {
      const { image, ...exam } = context.req.valid('param');
      const found = await findImage(home, exam, image);
      const picture = await pictureOf(found, file);
      context.header('cache-control', 'private, no-store');
      if (picture === null) {
        context.header('retry-after', RETRY_AFTER);
        return context.json({ image: found.version.key, rendering: true } as const, 202);
      }
      context.header('content-type', 'image/jpeg');
      context.header('x-content-type-options', 'nosniff');
      return context.body(new Uint8Array(picture), 200);
    });
  }
}
