import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import type { Laterality } from '../../../core/exams/laterality.ts';
import { imageKey } from '../../../core/keys/image-key.ts';
import { IMAGE_METADATA } from '../../../core/keys/image-metadata.ts';
import type { Home, StoredObject } from '../../../core/ports/index.ts';
import { registerProgram } from '../../../core/programs/program-register.ts';
import { announcementOf } from '../../../core/reconciliation/ask-again.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { BODY_PROBLEMS } from '../responses.ts';
import {
  programParameters,
  type uploadAnswerSchema,
  type uploadIntentSchema,
  uploadsAnswer,
  uploadsBody,
} from '../schemas.ts';
import { noteSubjects, scoped } from '../scoped.ts';

type UploadHome = Pick<Home, 'objects' | 'exams' | 'queues'>;

/** An upload must have begun by then. */
const EXPIRES_IN_SECONDS = 3_600;

const createUploads = createRoute({
  method: 'post',
  path: '/v1/programs/{program}/uploads',
  operationId: 'createUploads',
  tags: ['uploads'],
  ...scoped('operate', 'may-be-new'),
  summary: 'Permissions to upload up to 100 photographs; those already there are said to be',
  request: {
    params: programParameters,
    body: { required: true, content: { 'application/json': { schema: uploadsBody } } },
  },
  responses: {
    200: {
      description: 'What to do with each photograph, in the order asked',
      content: { 'application/json': { schema: uploadsAnswer } },
    },
    ...BODY_PROBLEMS,
  },
});

/** Why an image that was withdrawn from just this place is not taken again. */
function withdrawalOf(
  record: ExamRecord | undefined,
  laterality: Laterality,
  sha256: string,
): string | undefined {
  const images = record?.images.filter((image) => image.sha256 === sha256 && image.laterality === laterality);
  if (images === undefined || images.some(({ state }) => state === 'current')) return undefined;
  const withdrawal = images.find(({ state }) => state === 'withdrawn')?.withdrawal;
  if (withdrawal === undefined) return undefined;
  const { movedTo, by, at, reason } = withdrawal;
  const place = movedTo && `, moved to ${movedTo.patient}/${movedTo.exam}, ${movedTo.laterality} eye`;
  return `withdrawn by ${by} on ${at.slice(0, 10)}${place ?? ''}: ${reason}`;
}

function knows(record: ExamRecord | undefined, { key, versionId }: StoredObject): boolean {
  return record?.images.some((image) => image.key === key && image.versionId === versionId) ?? false;
}

/**
 * A photograph is there only if its content can be read and an exam knows it: else it is to be sent again, or it is
 * announced to preparation again, whose message about it was lost or expired.
 */
async function answer(
  home: UploadHome,
  program: string,
  intent: z.infer<typeof uploadIntentSchema>,
): Promise<z.infer<typeof uploadAnswerSchema>> {
  const { patient, exam, laterality, place, extension, sha256, bytes, contentType } = intent;
  const { eyes, field, expected, takenOn } = intent;
  const key = imageKey({ program, patient, exam }, laterality, extension, place);
  const record = await home.exams.get({ program, patient, exam });
  const withdrawn = withdrawalOf(record, laterality, sha256);
  if (withdrawn !== undefined) return { action: 'present', key, withdrawn };
  const store = home.objects;
  const stored = await store.head(key);
  const isStored = stored?.sha256 === sha256;
  if (isStored && (await store.isSound(stored))) {
    if (knows(record, stored)) return { action: 'present', key };
    await home.queues.preparation.queue.send([announcementOf(stored.key, stored.versionId, program)]);
    return { action: 'present', key, announced: true };
  }
  const metadata = {
    [IMAGE_METADATA.eyes]: eyes,
    ...(field === undefined ? {} : { [IMAGE_METADATA.field]: field }),
    ...(takenOn === undefined ? {} : { [IMAGE_METADATA.takenOn]: takenOn }),
    ...(expected === undefined
      ? {}
      : {
          [IMAGE_METADATA.expectedLeft]: String(expected.left),
          [IMAGE_METADATA.expectedRight]: String(expected.right),
        }),
  };
  const upload = await store.presignUpload(key, {
    sha256,
    bytes,
    contentType,
    metadata,
    expiresInSeconds: EXPIRES_IN_SECONDS,
  });
  return { action: 'upload', key, ...upload, ...(isStored ? { lost: true } : {}) };
}

/** Uploads go straight to the store, by presigned requests whose checksum the store verifies. */
export function addUploadRoutes(app: OpenAPIHono<ApiEnvironment>, home: UploadHome): void {
  app.openapi(createUploads, async (context) => {
    const { program } = context.req.valid('param');
    const { images } = context.req.valid('json');
    noteSubjects(context, [...new Set(images.map(({ patient, exam }) => `${patient}/${exam}`))]);
    await registerProgram(home.objects, program);
    const items = await Promise.all(images.map((intent) => answer(home, program, intent)));
    return context.json({ items }, 200);
  });
}
