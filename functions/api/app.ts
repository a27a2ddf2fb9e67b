import { OpenAPIHono, z } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { AuditTrail } from '../../core/audit/audit-trail.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Log } from '../../core/ports/log.ts';
import { KnownPrograms } from '../../core/programs/known-programs.ts';
import { CountedExams } from '../../core/summary/counted-exams.ts';
import { KnownLabels } from '../../core/summary/known-labels.ts';
import type { ScreeningCondition } from '../../core/summary/screening-condition.ts';
import type { ApiEnvironment, ApiServices } from './api-environment.ts';
import { auditing } from './auditing.ts';
import { type Authenticate, authentication } from './authentication.ts';
import { withoutDoubtfulPrograms } from './doubtful-programs.ts';
import { jsonBodies } from './json-bodies.ts';
import { withKnownMethods } from './known-methods.ts';
import { addDocument } from './openapi/document.ts';
import { ApiError, problem, problemOf } from './problem.ts';
import { DEFAULT_RATE_LIMIT, type RateLimit, rateLimiting } from './rate-limit.ts';
import { RefusedTokens } from './refused-tokens.ts';
import { addAgreementRoutes } from './routes/agreement.ts';
import { addAuditRoutes } from './routes/audit.ts';
import { addCallerRoutes } from './routes/callers.ts';
import { addDeadLetterRoutes, type RedrivenHome } from './routes/dead-letters.ts';
import { addEvidenceMapRoutes } from './routes/evidence-maps.ts';
import { addExamRoutes } from './routes/exams.ts';
import { addHeadRoutes } from './routes/heads.ts';
import { addImageStateRoutes } from './routes/image-state.ts';
import { addImageRoutes } from './routes/images.ts';
import { addJobScheduleRoutes } from './routes/job-schedules.ts';
import { addJobRoutes } from './routes/jobs.ts';
import { addLiveHeadRoutes } from './routes/live-heads.ts';
import { addMonthRoutes } from './routes/months.ts';
import { addPatientRoutes } from './routes/patients.ts';
import { addPriorExamRoutes } from './routes/prior-exams.ts';
import { addProgramRoutes } from './routes/programs.ts';
import { addReadingRoutes } from './routes/reading.ts';
import { addReconciliationRoutes } from './routes/reconciliation.ts';
import { addRenditionRoutes } from './routes/renditions.ts';
import { addResultRoutes } from './routes/results.ts';
import { addReviewRoutes } from './routes/reviews.ts';
import { addSearchRoutes, type SearchHome } from './routes/search.ts';
import { addSettingsRoutes } from './routes/settings.ts';
import { addShadowHeadRoutes } from './routes/shadow-heads.ts';
import { addSummaryRoutes } from './routes/summary.ts';
import { addUploadRoutes } from './routes/uploads.ts';
import { addWebhookRoutes, type WebhookHome } from './routes/webhooks.ts';
import { addWorkListRoutes } from './routes/work-list.ts';
import { SentOnce } from './sent-once.ts';
import { JOB_MAKING_PATHS, withoutJobs } from './without-jobs.ts';

/** Names by which a request once said who reads. */
const READER_NAMES: ReadonlySet<string> = new Set(['reader', 'by']);

/** Why a request was refused, for the one who sent it. */
function refusalText(error: z.core.$ZodError): string {
  const unknown = error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const name = unknown.find((key) => READER_NAMES.has(key));
  if (name === undefined) return z.prettifyError(error);
  return `Leave "${name}" out: who reads is who signed in, for everybody. Each reader needs a token of their own; on one machine: retclip reader add NAME`;
}

const LARGEST_BODY_BYTES = 1024 * 1024;

export interface ApiOptions {
  readonly home: Pick<Home, 'objects' | 'prepared' | 'features' | 'exams' | 'queues' | 'events' | 'traces'> &
    SearchHome &
    WebhookHome &
    RedrivenHome;
  readonly authenticate: Authenticate;
  readonly log: Log;
  /** The trail of who read and changed what. The caller flushes it. */
  readonly audit?: AuditTrail;
  readonly rateLimit?: RateLimit;
  /** Milliseconds: by it answers are remembered. */
  readonly clock?: () => number;
  /** Says what an error of the home means for the caller, as an `ApiError`; gives others back. */
  readonly explain?: (error: Error) => Error;
  /** What holds the system up now, for people. */
  readonly trouble?: () => readonly string[];
  /** How long one request may count exams; without bound if left out. */
  readonly countBudgetMilliseconds?: number;
  /** `off`: nothing here works on jobs, and none can be made. */
  readonly jobs?: 'on' | 'off';
  /** Whether anything screens, where the home knows: on one machine. In AWS an alarm tells of a queue that stands. */
  readonly screening?: () => ScreeningCondition;
}

/**
 * The API: the same app on Lambda and on one machine.
 *
 * @example
 * const app = createApi({ home, authenticate: tokenCaller(token), log });
 * const response = await app.request('/v1/programs/north/summary', { headers: { authorization: `Bearer ${token}` } });
 */
export function createApi(options: ApiOptions): OpenAPIHono<ApiEnvironment> {
  const { home, authenticate, log } = options;
  const audit = options.audit ?? new AuditTrail(home.objects, { waitMilliseconds: 1_000, onFault });
  const programs = new KnownPrograms(home);
  const services: ApiServices = {
    audit,
    refusedTokens: new RefusedTokens(audit, programs),
    sentOnce: new SentOnce(home.objects, options.clock),
    programs,
    log,
  };
  const counted = new CountedExams(home.exams, home.objects, {
    onFault: (error) => log.warn('Exams could not be counted in the background', { reason: error.message }),
    budgetMilliseconds: options.countBudgetMilliseconds,
  });
  const labels = new KnownLabels(home.objects, counted);
  function onFault(error: Error): void {
    log.error('The audit trail could not be written', { reason: error.message });
  }
  const app = new OpenAPIHono<ApiEnvironment>({
    defaultHook: (result, context) =>
      result.success ? undefined : problem(context, 400, refusalText(result.error)),
  });

  app.onError((error, context) => {
    const response = problemOf(context, error, options.explain);
    if (response.status >= 500)
      log.error('A request failed', { reason: error.message, route: context.req.method });
    return response;
  });
  app.notFound((context) => problem(context, 404, `There is no ${context.req.method} ${context.req.path}.`));

  app.get('/health', (context) => {
    const { state } = options.screening?.() ?? {};
    // The reason is for who may sign in: it is in the summary.
    return context.json(state === 'stopped' ? { status: 'degraded', screening: state } : { status: 'ok' });
  });
  addDocument(app);

  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: LARGEST_BODY_BYTES,
      onError: () => {
        throw new ApiError(
          413,
          `A request may have at most ${LARGEST_BODY_BYTES} bytes. Send fewer items at once.`,
        );
      },
    }),
    async (context, next) => {
      context.set('services', services);
      await next();
    },
    authentication(authenticate),
    withoutDoubtfulPrograms(programs),
    rateLimiting(options.rateLimit ?? DEFAULT_RATE_LIMIT),
    jsonBodies(app),
    auditing,
  );
  if (options.jobs === 'off') for (const path of JOB_MAKING_PATHS) app.use(path, withoutJobs);
  addExamRoutes(app, home);
  addImageRoutes(app, home);
  addImageStateRoutes(app, home);
  addRenditionRoutes(app, home);
  addEvidenceMapRoutes(app, home);
  addResultRoutes(app, home, labels);
  addProgramRoutes(app, home);
  addCallerRoutes(app);
  addPatientRoutes(app, home);
  addReviewRoutes(app, home, labels);
  addReadingRoutes(app, home, labels);
  addPriorExamRoutes(app, home);
  addAgreementRoutes(app, home);
  addWorkListRoutes(app, home);
  addAuditRoutes(app, audit);
  addSummaryRoutes(app, counted, options);
  addMonthRoutes(app, home);
  addUploadRoutes(app, home);
  addSettingsRoutes(app, home);
  addDeadLetterRoutes(app, home);
  addReconciliationRoutes(app, home, options.clock);
  addHeadRoutes(app, home);
  addJobRoutes(app, home, labels);
  addJobScheduleRoutes(app, home, labels);
  addLiveHeadRoutes(app, home);
  addShadowHeadRoutes(app, home);
  addSearchRoutes(app, home);
  addWebhookRoutes(app, home);
  return withKnownMethods(app);
}
