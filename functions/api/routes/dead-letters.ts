import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  type DeadLetter,
  type DeadLetterFilter,
  listDeadLetters,
  redriveDeadLetters,
  unknownChoices,
} from '../../../core/dead-letters/dead-letters.ts';
import { InvalidInputError } from '../../../core/errors.ts';
import { type JobQueueName, REDRIVEN_QUEUES, type RedrivenQueue } from '../../../core/messages/queues.ts';
import type { Home, QueuePair } from '../../../core/ports/index.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import type { Caller } from '../caller.ts';
import { ApiError } from '../problem.ts';
import { BODY_PROBLEMS, PROBLEMS } from '../responses.ts';
import { deadLettersAnswer, programParameters, redriveChoice } from '../schemas.ts';
import { scoped } from '../scoped.ts';
import { requireKnownProgram } from '../unknown-program.ts';

const parameters = programParameters.extend({ queue: z.enum(REDRIVEN_QUEUES) });
const content = { 'application/json': { schema: deadLettersAnswer } };

const listLetters = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/dead-letters/{queue}',
  operationId: 'listDeadLetters',
  tags: ['dead-letters'],
  ...scoped('operate', 'may-be-new'),
  summary: 'Messages that could not be processed, and why, oldest first',
  description:
    'Messages that name no program are shown to callers who may operate every program. Up to 2,000 messages are looked at.',
  request: { params: parameters },
  responses: { 200: { description: 'What lies there', content }, ...PROBLEMS },
});

const redriveLetters = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/dead-letters/{queue}/redrive',
  operationId: 'redriveDeadLetters',
  tags: ['dead-letters'],
  ...scoped('operate', 'may-be-new'),
  summary: 'Send messages that could not be processed to their queue again',
  description:
    'All of them, unless the body names some: just those in `only`, and none of those in `except`, each by its id or by what it is about (`program/patient/exam`). A name that fits no message is refused, and nothing is sent. What a message did before counts no longer: it may end three workers again before it is buried.',
  request: {
    params: parameters,
    body: { required: false, content: { 'application/json': { schema: redriveChoice } } },
  },
  responses: { 200: { description: 'What was sent again', content }, ...BODY_PROBLEMS },
});

/** Queues with dead letters: those of the pipeline, and in AWS those of jobs. */
export interface RedrivenHome extends Pick<Home, 'queues'> {
  readonly jobQueues?: Readonly<Record<JobQueueName, QueuePair>> | undefined;
}

/** @throws ApiError where the home has no such queue */
function pairOf({ queues, jobQueues }: RedrivenHome, name: RedrivenQueue): QueuePair {
  const pair = { ...jobQueues, ...queues }[name];
  if (pair === undefined) {
    throw new ApiError(
      422,
      `There is no queue ${name} here. One machine starts and ends jobs without a queue; a stack has it with -c gpuService=on.`,
    );
  }
  return pair;
}

/** Only a caller for every program sees letters that name none. */
function filterOf(caller: Caller, program: string): DeadLetterFilter {
  return { program, andUnknown: caller.programs === '*' };
}

/** A program whose first message failed is known by that alone; one without any must be known otherwise. */
async function requireProgramOf(
  context: Context<ApiEnvironment>,
  program: string,
  letters: readonly DeadLetter[],
): Promise<void> {
  const { services, caller } = context.var;
  if (letters.length === 0) await requireKnownProgram(services.programs, program, caller);
}

function answerOf(letters: readonly DeadLetter[]): z.infer<typeof deadLettersAnswer> {
  return { items: letters.map((letter) => ({ ...letter, sentAt: letter.sentAt.toISOString() })) };
}

/** What could not be processed, and sending it again. */
export function addDeadLetterRoutes(app: OpenAPIHono<ApiEnvironment>, home: RedrivenHome): void {
  app.openapi(listLetters, async (context) => {
    const { program, queue } = context.req.valid('param');
    const letters = await listDeadLetters(pairOf(home, queue), filterOf(context.var.caller, program));
    await requireProgramOf(context, program, letters);
    return context.json(answerOf(letters), 200);
  });

  app.openapi(redriveLetters, async (context) => {
    const { program, queue } = context.req.valid('param');
    const choice = context.req.valid('json') ?? {};
    const filter = filterOf(context.var.caller, program);
    if (choice.only !== undefined || choice.except !== undefined) {
      const unknown = unknownChoices(await listDeadLetters(pairOf(home, queue), filter), choice);
      if (unknown.length > 0) {
        throw new InvalidInputError(
          `No dead letter of queue ${queue} is ${unknown.map((name) => JSON.stringify(name)).join(', ')}. List them, and name each by its id or its exam. Nothing was sent.`,
        );
      }
    }
    const letters = await redriveDeadLetters(pairOf(home, queue), filter, choice);
    await requireProgramOf(context, program, letters);
    return context.json(answerOf(letters), 200);
  });
}
