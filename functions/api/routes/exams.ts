import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { Home } from '../../../core/ports/index.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { hiddenFrom } from '../blinded.ts';
import { contentTag, entityTag } from '../entity-tag.ts';
import { examDetailOf, examStateOf } from '../exam-state.ts';
import { BODY_PROBLEMS, PROBLEMS } from '../responses.ts';
import {
  examDetailSchema,
  examParameters,
  examsPage,
  lookupAnswer,
  lookupBody,
  pageQuery,
  patientParameters,
  programParameters,
} from '../schemas.ts';
import { noteSubjects, scoped } from '../scoped.ts';
import { unknownExam } from '../unknown-exam.ts';

const getExam = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/patients/{patient}/exams/{exam}',
  operationId: 'getExam',
  tags: ['exams'],
  ...scoped('read'),
  summary: 'One exam: its state and its result',
  request: { params: examParameters },
  responses: {
    200: { description: 'The exam', content: { 'application/json': { schema: examDetailSchema } } },
    ...PROBLEMS,
  },
});

const listPatient = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/patients/{patient}/exams',
  operationId: 'listPatientExams',
  tags: ['exams'],
  ...scoped('read'),
  summary: "A patient's exams",
  request: { params: patientParameters, query: pageQuery },
  responses: {
    200: { description: 'A page of exams', content: { 'application/json': { schema: examsPage } } },
    ...PROBLEMS,
  },
});

const lookup = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/exams/lookup',
  operationId: 'lookUpExams',
  tags: ['exams'],
  ...scoped('read', 'may-be-new'),
  summary: 'States of up to 100 exams at once',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: lookupBody } } },
  },
  responses: {
    200: {
      description: 'The states, in the order asked',
      content: { 'application/json': { schema: lookupAnswer } },
    },
    ...BODY_PROBLEMS,
  },
});

/** Exams and patients. */
export function addExamRoutes(app: OpenAPIHono<ApiEnvironment>, home: Pick<Home, 'exams' | 'objects'>): void {
  const configuration = new Configuration(home.objects);

  app.openapi(getExam, async (context) => {
    const key = context.req.valid('param');
    const record = await home.exams.get(key);
    if (record === undefined) throw unknownExam(key);
    const hides = await hiddenFrom(context.var.caller, key.program, configuration);
    context.header('etag', hides(record) ? contentTag(record) : entityTag(record.revision));
    return context.json(examDetailOf(record, hides), 200);
  });

  app.openapi(listPatient, async (context) => {
    const { program, patient } = context.req.valid('param');
    const page = await home.exams.listByPatient(program, patient, context.req.valid('query'));
    const hides = await hiddenFrom(context.var.caller, program, configuration);
    const items = page.items.map((record) => examDetailOf(record, hides));
    return context.json({ items, cursor: page.cursor }, 200);
  });

  app.openapi(lookup, async (context) => {
    const { program } = context.req.valid('param');
    const { exams } = context.req.valid('json');
    noteSubjects(
      context,
      exams.map(({ patient, exam }) => `${patient}/${exam}`),
    );
    const hides = await hiddenFrom(context.var.caller, program, configuration);
    const items = await Promise.all(
      exams.map(async (name) => {
        const key = { program, ...name };
        return examStateOf(key, await home.exams.get(key), hides);
      }),
    );
    return context.json({ items }, 200);
  });
}
