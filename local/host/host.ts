import { join } from 'node:path';
import { Hono } from 'hono';
import type { ActiveModel } from '../../core/activation/active-model.ts';
import { forgetAttempts } from '../../core/attempts/forget-attempts.ts';
import { AuditTrail } from '../../core/audit/audit-trail.ts';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters } from '../../core/ports/log.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import type { ScreeningCondition } from '../../core/summary/screening-condition.ts';
import { createAggregate } from '../../functions/aggregate/aggregate.ts';
import { type ApiOptions, createApi } from '../../functions/api/app.ts';
import { problemOf } from '../../functions/api/problem.ts';
import { tokenCaller } from '../../functions/api/token-caller.ts';
import { createIndexExam } from '../../functions/index-exam/index-exam.ts';
import { createIntake } from '../../functions/intake/intake.ts';
import { goOnWithErasures } from '../../functions/reconcile/go-on-with-erasures.ts';
import { createDeliverWebhooks } from '../../functions/webhooks/deliver-webhooks.ts';
import { LOG_FILES } from '../data-folder.ts';
import { lockDataFolder } from '../data-folder-lock.ts';
import { type LocalHome, openLocalHome } from '../home.ts';
import { tightenedText } from '../private-files.ts';
import { ThreadedTextEncoder } from '../search/threaded-text-encoder.ts';
import { storageError } from '../storage-errors.ts';
import { activate, activeModelOf, storeBundleHeads } from './active-bundle.ts';
import { abandonedPort, readOrMakeToken, removeEndpointFile, writeEndpointFile } from './endpoint-file.ts';
import { eventRelays, followedEvents } from './event-relays.ts';
import { JobRunner } from './job-runner.ts';
import { fileLog, LogFile } from './log-file.ts';
import { isLoopbackHost, type LoopbackServer, PortInUseError, serveOnLoopback } from './loopback-server.ts';
import { QueuePoller } from './queue-poller.ts';
import { readerCaller } from './reader-caller.ts';
import { addReadingRoomPages } from './reading-room-pages.ts';
import { reconciling } from './reconciling.ts';
import { RepeatedWork } from './repeated-work.ts';
import { runRescoreWorker } from './rescore-process.ts';
import { ScheduleTicker } from './schedule-ticker.ts';
import { sessionCaller, tokenOrSession } from './sign-in/session-caller.ts';
import { Sessions } from './sign-in/sessions.ts';
import { addSignInRoutes } from './sign-in/sign-in-routes.ts';
import { storageProblem } from './storage-problem.ts';
import { watchTrouble } from './trouble-watch.ts';
import { addUploadRoute } from './upload-route.ts';
import { WorkerProcess } from './worker-process.ts';

/** Notes about attempts are kept for a month: to look each hour is often enough. */
const FORGET_MILLISECONDS = 3_600_000;

export interface HostOptions {
  readonly dataFolder: string;
  /** Folder of the model bundle. */
  readonly model: string;
  /** Whether it was activated on this data folder, rather than named at the start. */
  readonly activated?: boolean;
  /** A free one if left out. */
  readonly port?: number;
  /** Whether webhooks may be on this machine or its network. */
  readonly allowPrivateWebhooks?: boolean;
  /** Start though no head of the bundle can decide: features are computed, and nothing is assessed. */
  readonly featuresOnly?: boolean;
  /** Told when screening stands still, with the reason, and when it goes on. Without it only the log tells. */
  readonly onScreening?: (condition: ScreeningCondition) => void;
  /** Further environment of the worker. */
  readonly workerEnvironment?: Readonly<Record<string, string>>;
  /** Tells people at the terminal what holds the system up, and when that is over. */
  readonly tell?: (text: string) => void;
}

/** A running system on this machine. */
export interface Host {
  readonly url: string;
  readonly token: string;
  readonly model: ActiveModel;
  readonly home: Home;
  readonly logFile: string;
  readonly worker: WorkerProcess;
  /** What was put right at the start, for the operator to know. */
  readonly notices: readonly string[];
  /** Lets everything finish or hand back its work, then frees the data folder. */
  stop(): Promise<void>;
}

/** Events older than that are forgotten, but for the latest result of each exam. */
const EVENTS_KEPT_MILLISECONDS = 30 * 24 * 3_600_000;
/** Pixels are kept for as long as in AWS: they can be made again. */
const PREPARED_KEPT_MILLISECONDS = 30 * 24 * 3_600_000;
/** How often erasures are looked at that were interrupted, or wait for their second look. */
const ERASURES_MILLISECONDS = 60_000;

async function serve(
  app: Hono,
  wanted: number | undefined,
  abandoned: number | undefined,
): Promise<LoopbackServer> {
  if (wanted !== undefined || abandoned === undefined) return serveOnLoopback(app, wanted ?? 0);
  try {
    return await serveOnLoopback(app, abandoned);
  } catch (error) {
    if (error instanceof PortInUseError) return serveOnLoopback(app, 0);
    throw error;
  }
}

const [HOST_LOG, WORKER_LOG, JOBS_LOG, PREPARATION_LOG] = LOG_FILES;

async function hostApp(
  options: Pick<ApiOptions, 'log' | 'screening' | 'trouble'> & {
    readonly home: ApiOptions['home'] & LocalHome;
    readonly audit: AuditTrail;
    readonly token: string;
  },
): Promise<Hono> {
  const { home, log, audit, token } = options;
  const dataFolder = home.folder.directory;
  const sessions = new Sessions(dataFolder);
  const authenticate = tokenOrSession(tokenCaller(token, readerCaller(dataFolder)), sessionCaller(sessions));
  const app = new Hono();
  app.onError((error, context) => {
    const response = problemOf(context, error, storageProblem);
    if (response.status >= 500) log.error('A request failed', { reason: error.message });
    return response;
  });
  app.use(async (context, next) => {
    if (isLoopbackHost(context.req.header('host'))) return next();
    return context.text('This address is served to this machine only, as 127.0.0.1 or localhost.', 421);
  });
  // The next user of a reader's browser must not find patients in its cache.
  app.use('/v1/*', async (context, next) => {
    await next();
    if (!context.res.headers.has('cache-control')) context.header('cache-control', 'private, no-store');
  });
  addUploadRoute(app, home);
  addSignInRoutes(app, { dataFolder, sessions, audit });
  await addReadingRoomPages(app);
  app.route(
    '/',
    createApi({ ...options, authenticate, clock: () => home.clock.now(), explain: storageProblem }),
  );
  return app;
}

/**
 * Runs the whole system on one machine: the API, the queue functions and the worker, on one data folder. Only the
 * loopback interface is served.
 *
 * @throws DataFolderInUseError if another host runs on the folder
 * @throws PortInUseError if the wanted port is taken
 * @throws ModelError if the bundle is not sound
 * @throws LocalError if the data folder cannot be read or written
 * @example
 * const host = await startHost({ dataFolder: './data', model: 'bundles/default' });
 * await host.stop();
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const model = await activeModelOf(options.model);
  const cleanUp = new AsyncDisposableStack();
  try {
    const lock = await lockDataFolder(options.dataFolder);
    cleanUp.defer(() => lock.release());
    let url = '';
    const home = await openLocalHome(options.dataFolder, { endpoint: () => url });
    cleanUp.defer(() => home.close());
    const { folder } = home;
    // The folder is ours alone: what an earlier host had on loan when it was killed can be worked on at once.
    for (const name of QUEUE_NAMES) await home.queues[name].queue.releaseAll();
    const log = fileLog(new LogFile(join(folder.directory, HOST_LOG)));
    const { folders, files } = home.tightened;
    const notices = folders + files > 0 ? [tightenedText(folder.directory, home.tightened)] : [];
    for (const notice of notices) log.warn(notice, { folders, files });
    const token = await readOrMakeToken(join(folder.directory, 'token'));
    await storeBundleHeads(home.objects, options.model);
    const active = await activate(home.objects, model, options.featuresOnly, options.activated);

    const abandoned = await abandonedPort(folder.endpoint);
    const audit = new AuditTrail(home.objects, {
      waitMilliseconds: 1_000,
      onFault: (error) => log.error('The audit trail could not be written', { reason: error.message }),
    });
    cleanUp.defer(() => audit.flush());
    const encoder = new ThreadedTextEncoder(options.model, model);
    cleanUp.defer(() => encoder.stop());
    const { allowPrivateWebhooks = false } = options;
    const apiHome = { ...home, encoder, allowPrivateWebhooks };
    let worker: WorkerProcess | undefined;
    let preparation: WorkerProcess | undefined;
    const screening = () => worker?.condition ?? { state: 'starting' as const, reason: null };
    const trouble = () =>
      [home.room.shortage, preparation?.condition.reason ?? null].filter((text) => text !== null);
    const app = await hostApp({ home: apiHome, token, log, audit, screening, trouble });
    const server = await serve(app, options.port, abandoned);
    cleanUp.defer(() => server.stop());
    url = server.url;

    const configuration = new Configuration(home.objects);
    const counters: Counters = { add: () => undefined };
    const parts = { home, configuration, log, counters };
    const pollers = [
      new QueuePoller(home.queues.intake.queue, createIntake(parts), log),
      new QueuePoller(home.queues.results.queue, createAggregate(parts), log),
      new QueuePoller(home.queues.indexing.queue, createIndexExam(parts), log),
      new QueuePoller(
        home.queues.webhooks.queue,
        createDeliverWebhooks({ ...parts, allowPrivate: allowPrivateWebhooks }),
        log,
      ),
    ];
    cleanUp.defer(async () => {
      await Promise.all(pollers.map((poller) => poller.stop()));
    });
    const relays = eventRelays(home, configuration, log);
    cleanUp.defer(async () => {
      await Promise.all(relays.map((relay) => relay.stop()));
    });

    const logFile = join(folder.directory, WORKER_LOG);
    const tell = (condition: ScreeningCondition) => {
      if (condition.state === 'stopped')
        log.error('Screening stands still: the worker cannot start', { reason: condition.reason });
      options.onScreening?.(condition);
    };
    const shared = { dataFolder: folder.directory, model: options.model, log };
    const environment = options.workerEnvironment;
    worker = new WorkerProcess({
      ...shared,
      logFile,
      onDeath: () => home.queues.screening.queue.releaseAll(),
      onCondition: tell,
      environment,
    });
    preparation = new WorkerProcess({
      ...shared,
      child: 'preparation',
      logFile: join(folder.directory, PREPARATION_LOG),
      onDeath: async () => {
        await home.queues.preparation.queue.releaseAll();
        await home.queues['bulk-preparation'].queue.releaseAll();
      },
      environment,
    });
    const [running, preparing] = [worker, preparation];
    cleanUp.defer(async () => {
      await Promise.all([running.stop(), preparing.stop()]);
    });
    const watch = watchTrouble({ trouble, log, tell: options.tell });
    cleanUp.defer(() => watch.stop());

    const jobsLog = new LogFile(join(folder.directory, JOBS_LOG));
    const jobs = new JobRunner({
      home,
      configuration,
      log,
      rescore: (job, signal) => runRescoreWorker(job, folder.directory, jobsLog, signal),
    });
    cleanUp.defer(() => jobs.stop());
    const reconciler = reconciling({ home, log, counters, answersNow: () => home.clock.now() });
    cleanUp.defer(() => reconciler.stop());
    const forgetting = new RepeatedWork({
      round: async () => {
        await forgetAttempts(home.objects, new Date());
        await home.prepared.expire(new Date(Date.now() - PREPARED_KEPT_MILLISECONDS));
        const before = new Date(Date.now() - EVENTS_KEPT_MILLISECONDS);
        await home.events.forgetBefore(before, await followedEvents(home));
        return false;
      },
      pauseMilliseconds: FORGET_MILLISECONDS,
      onFault: (reason) => log.error('Old events, notes and pixels could not be forgotten', { reason }),
    });
    cleanUp.defer(() => forgetting.stop());
    const erasing = new RepeatedWork({
      round: async (signal) => {
        await goOnWithErasures({ home, log, mayGoOn: () => !signal.aborted });
        return false;
      },
      pauseMilliseconds: ERASURES_MILLISECONDS,
      onFault: (reason) => log.error('Erasures could not be gone on with', { reason }),
    });
    cleanUp.defer(() => erasing.stop());
    const schedules = new ScheduleTicker({ home, plan: jobs.plan, log });
    cleanUp.defer(() => schedules.stop());

    const startedAt = new Date().toISOString();
    await writeEndpointFile(folder.endpoint, { url, token, pid: process.pid, startedAt });
    cleanUp.defer(() => removeEndpointFile(folder.endpoint));
    const ended = cleanUp.move();
    return {
      url,
      token,
      model: active,
      home,
      logFile,
      worker: running,
      notices,
      stop: () => ended.disposeAsync(),
    };
  } catch (error) {
    throw storageError(error, options.dataFolder);
  } finally {
    await cleanUp.disposeAsync();
  }
}
