import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ExamKey } from '../../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../../core/exams/exam-record.ts';
import type { ExamResult } from '../../../core/exams/exam-result.ts';
import type { ImageVersion } from '../../../core/exams/image-version.ts';
import type { ReviewSettings } from '../../../core/exams/review-settings.ts';
import { reviewStateOf } from '../../../core/exams/review-state.ts';
import { evidenceKey } from '../../../core/keys/prepared-key.ts';
import type { Home } from '../../../core/ports/index.ts';
import {
  evidenceMapSchema,
  evidenceMapsSchema,
  readEvidenceMaps,
} from '../../../core/preparation/evidence-maps.ts';
import { Configuration } from '../../../core/programs/configuration.ts';
import type { ApiEnvironment } from '../api-environment.ts';
import { isBlinded, sightOf } from '../blinded.ts';
import type { Caller } from '../caller.ts';
import { imageParameters } from '../image-schemas.ts';
import { findImage } from '../image-state.ts';
import { ApiError } from '../problem.ts';
import { PROBLEMS } from '../responses.ts';
import { scoped } from '../scoped.ts';

const name = z.string().min(1).max(200);

/** One map as it is answered: the stored one, with the image and the place that it is about. */
export const evidenceMapAnswer = evidenceMapSchema.extend({
  /** Key of the image: `images/{program}/{patient}/{exam}/{image}`. */
  image: z.string(),
  sha256: z.string(),
  requestId: z.string(),
  model: z.string(),
  /** The part of the upright image that the grid lies over, as shares of its width and height. */
  box: evidenceMapsSchema.shape.box,
});

const getEvidenceMap = createRoute({
  method: 'get',
  path: '/v1/programs/{program}/patients/{patient}/exams/{exam}/images/{image}/maps/{head}/{label}',
  operationId: 'getEvidenceMap',
  tags: ['reviews'],
  ...scoped('review'),
  summary:
    'Where in a photograph a positive finding has its evidence. Research use only: no outline of a lesion.',
  description:
    'A grid of bytes over the part of the upright photograph that `box` names. Maps are made when an exam is screened, of findings that reach their head’s threshold and whose maps passed their check in the model, and are kept for 30 days. The problem says why there is none.',
  request: { params: imageParameters.extend({ head: name, label: name }) },
  responses: {
    200: { description: 'The map', content: { 'application/json': { schema: evidenceMapAnswer } } },
    ...PROBLEMS,
  },
});

interface ScreenedExam {
  readonly record: ExamRecord;
  readonly result: ExamResult;
}

type Wanted = { readonly head: string; readonly label: string };

/** The version of an image that a result is about; `undefined` if it is about other images. */
function screenedVersion(
  { images }: ExamRecord,
  { eyes }: ExamResult,
  key: string,
): ImageVersion | undefined {
  const seen = [eyes.left, eyes.right].flatMap((eye) => (eye === null ? [] : [eye]));
  const primary = seen.find(({ image }) => image.key === key)?.image;
  const further = seen.flatMap((eye) => eye.images).find(({ image }) => image === key);
  const sha256 = primary?.sha256 ?? further?.sha256;
  return primary ?? images.find((image) => image.key === key && image.sha256 === sha256);
}

/** Why a finding has no map although its exam was screened, in words. */
function whyNone(result: ExamResult, { head, label }: Wanted): string {
  const findings = result.findings.filter((finding) => finding.head === head && finding.label === label);
  if (findings.length === 0) return `The result has no finding "${label}" of a head "${head}".`;
  const isPositive = findings.some(
    ({ probability, threshold, headThreshold = threshold }) => probability >= headThreshold,
  );
  if (!isPositive) {
    return `"${label}" does not reach the threshold of the head "${head}": maps are made of positive findings alone.`;
  }
  return `There is no map of "${label}" in this image. Maps are made by a screening, not by a re-scoring, and are kept for 30 days; screen the exam once more to have them made.`;
}

/** @throws ApiError 403 where the caller is not to learn what was found, 404 where nothing was yet */
function readableResult(
  record: ExamRecord | undefined,
  caller: Caller,
  exam: ExamKey,
  settings: Pick<ReviewSettings, 'blindToModel'>,
): ScreenedExam {
  const state = record === undefined ? null : reviewStateOf(record);
  const isHidden =
    state === null ? !caller.scopes.includes('read') : isBlinded(sightOf(state, caller, settings));
  if (isHidden) throw new ApiError(403, 'A map tells what was found, and this exam is read without that.');
  if (record?.result == null) {
    throw new ApiError(404, `Exam "${exam.exam}" of patient "${exam.patient}" has no result yet.`);
  }
  return { record, result: record.result };
}

/** What a reader can be shown of where a finding has its evidence. */
export function addEvidenceMapRoutes(
  app: OpenAPIHono<ApiEnvironment>,
  home: Pick<Home, 'objects' | 'exams' | 'prepared'>,
): void {
  const configuration = new Configuration(home.objects);

  /** @throws ApiError 404 saying why there is none */
  async function mapOf({ record, result }: ScreenedExam, key: string, wanted: Wanted) {
    const { requestId, heads } = result;
    const version = screenedVersion(record, result, key);
    if (version === undefined) throw new ApiError(404, `The result is not about the image "${key}".`);
    const content = await home.prepared.get(evidenceKey(version, requestId));
    const read = content && readEvidenceMaps(content, { sha256: version.sha256, requestId });
    const is = ({ head, label }: Wanted) => head === wanted.head && label === wanted.label;
    const map = read?.maps.find(is);
    if (read !== undefined && map !== undefined && heads.some(({ id }) => id === map.headId)) {
      const { model, box } = read;
      return { ...map, image: key, sha256: version.sha256, requestId, model, box };
    }
    const why = read?.withheld.find(is)?.why;
    throw new ApiError(
      404,
      why === undefined ? whyNone(result, wanted) : `No map is shown of "${wanted.label}": ${why}.`,
    );
  }

  app.openapi(getEvidenceMap, async (context) => {
    const { image, head, label, ...exam } = context.req.valid('param');
    const { version, record } = await findImage(home, exam, image);
    const { review } = await configuration.settings(exam.program);
    const screened = readableResult(record, context.var.caller, exam, review);
    const map = await mapOf(screened, version.key, { head, label });
    context.header('cache-control', 'private, no-store');
    return context.json(map, 200);
  });
}
