import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Home, TextEncoder } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import { searchAnswerSchema, searchExams, searchRequestSchema } from '../../../core/search/search-exams.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { hiddenFrom } from '../blinded.ts';
import { ApiError } from '../problem.ts';
import { BODY_PROBLEMS } from '../responses.ts';
import { programParameters } from '../schemas.ts';
import { noteSubjects, scoped } from '../scoped.ts';

const search = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/search',
  operationId: 'searchExams',
  tags: ['results'],
  ...scoped('read'),
  summary:
    'Patients by a text, or those like the patient of an exam, the most similar first. Research use only.',
  description:
    'Give either `text`, in the language that the model was trained in (Chinese for the published weights), or `exam`. The similarity is the cosine of RET-CLIP’s patient features.',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: searchRequestSchema } } },
  },
  responses: {
    200: { description: 'What was found', content: { 'application/json': { schema: searchAnswerSchema } } },
    ...BODY_PROBLEMS,
  },
});

/** What search needs besides the home. Without an encoder, texts are not answered here. */
export interface SearchHome extends Pick<Home, 'exams' | 'vectors'> {
  readonly encoder?: TextEncoder;
}

const NO_ENCODER: TextEncoder = {
  async encode() {
    throw new ApiError(503, 'No text tower runs here. Ask the address that the deployment gives for search.');
  },
};

/** Search. */
export function addSearchRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: SearchHome & Pick<Home, 'objects'>,
): void {
  const configuration = new Configuration(home.objects);

  app.openapi(search, async (context) => {
    const { program } = context.req.valid('param');
    const parts = { exams: home.exams, vectors: home.vectors, encoder: home.encoder ?? NO_ENCODER };
    const request = context.req.valid('json');
    const hides = await hiddenFrom(context.var.caller, program, configuration);
    const asked = 'exam' in request ? await home.exams.get({ program, ...request.exam }) : undefined;
    if (asked !== undefined && hides(asked)) {
      throw new ApiError(403, 'You read this exam without what was found: those like it would tell.');
    }
    const answer = await searchExams(parts, program, request, hides);
    if (answer === undefined) {
      throw new ApiError(
        404,
        'This exam has no features to search by: it is not known, not screened yet, or no eye was gradable. If it was screened a moment ago, try again.',
      );
    }
    noteSubjects(
      context,
      answer.items.map(({ patient, exam }) => `${patient}/${exam}`),
    );
    return context.json(answer, 200);
  });
}
