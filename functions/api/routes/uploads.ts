import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import type { Laterality } from '../../../core/exams/laterality.ts';
import { imageKey } from '../../../core/keys/image-key.ts';
import { IMAGE_METADATA } from '../../../core/keys/image-metadata.ts';
import type { Home, StoredObject } from '../../../core/ports/index.ts';
import { registerProgram } from '../../../core/programs/program-register.ts';
import { PseudonymHash } from '../../../core/pseudonyms/pseudonym-hash.ts';
import { announcementOf } from '../../../core/reconciliation/ask-again.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { BODY_PROBLEMS } from '../responses.ts';
import { programParameters, type uploadAnswerSchema, uploadsAnswer, uploadsBody } from '../schemas.ts';
import { noteSubjects, scoped } from '../scoped.ts';
import { type UploadIntent, type UploadPlace, UploadPlaces } from '../upload-places.ts';

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
  record: ExamRecord | undefined,
  intent: UploadIntent,
  place: UploadPlace,
): Promise<z.infer<typeof uploadAnswerSchema>> {
  const { sha256, bytes, contentType, eyes, field, expected, takenOn } = intent;
  const { key, stored, source, replaces } = place;
  const store = home.objects;
  if (stored !== undefined && (await store.isSound(stored))) {
    if (knows(record, stored)) return { action: 'present', key };
    await home.queues.preparation.queue.send([announcementOf(stored.key, stored.versionId, program)]);
    return { action: 'present', key, announced: true };
  }
  const metadata = {
    [IMAGE_METADATA.eyes]: eyes,
    ...(field === undefined ? {} : { [IMAGE_METADATA.field]: field }),
    ...(takenOn === undefined ? {} : { [IMAGE_METADATA.takenOn]: takenOn }),
    ...(source === undefined ? {} : { [IMAGE_METADATA.source]: source }),
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
  return {
    ...{ action: 'upload', key, ...upload },
    ...(stored === undefined ? {} : { lost: true }),
    ...(replaces ? { replaces } : {}),
  };
}

/** Answers for the photographs of one eye, in their order. */
async function answerEye(
  home: UploadHome,
  hash: PseudonymHash,
  program: string,
  intents: readonly UploadIntent[],
): Promise<readonly z.infer<typeof uploadAnswerSchema>[]> {
  const [first] = intents;
  if (first === undefined) return [];
  const { patient, exam, laterality } = first;
  const key = { program, patient, exam };
  const record = await home.exams.get(key);
  const withdrawn = intents.map(({ sha256 }) => withdrawalOf(record, laterality, sha256));
  const wanted = intents.filter((_, index) => withdrawn[index] === undefined);
  const places = await new UploadPlaces({ store: home.objects, hash }, key, laterality, record).of(wanted);
  const placed = new Map(wanted.map((intent, index) => [intent, places[index]]));
  return Promise.all(
    intents.map((intent, index) => {
      const place = placed.get(intent);
      if (place !== undefined) return answer(home, program, record, intent, place);
      const asked = imageKey(key, laterality, intent.extension, intent.place);
      return { action: 'present' as const, key: asked, withdrawn: withdrawn[index] };
    }),
  );
}

/** Uploads go straight to the store, by presigned requests whose checksum the store verifies. */
export function addUploadRoutes(app: OpenAPIHono<ApiEnvironment>, home: UploadHome): void {
  const hash = new PseudonymHash(home.objects);
  app.openapi(createUploads, async (context) => {
    const { program } = context.req.valid('param');
    const { images } = context.req.valid('json');
    noteSubjects(context, [...new Set(images.map(({ patient, exam }) => `${patient}/${exam}`))]);
    await registerProgram(home.objects, program);
    const eyes = Map.groupBy(images, ({ patient, exam, laterality }) =>
      JSON.stringify([patient, exam, laterality]),
    );
    const answered = await Promise.all(
      [...eyes.values()].map(async (intents) => {
        const answers = await answerEye(home, hash, program, intents);
        return intents.map((intent, index) => [intent, answers[index]] as const);
      }),
    );
    const answers = new Map(answered.flat());
    const items = images.flatMap((intent) => answers.get(intent) ?? []);
    return context.json({ items }, 200);
  });
}
