import { setTimeout as delay } from 'node:timers/promises';
import { ACTIVE_MODEL_KEY, type ActiveModel, activeModelSchema } from '../../core/activation/active-model.ts';
import { readStoredJson } from '../../core/documents/stored-json.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { storeHead } from '../../core/heads/stored-heads.ts';
import { jobId } from '../../core/jobs/job-id.ts';
import type { JobRecord } from '../../core/jobs/job-record.ts';
import { listJobs, readJob, readReport, storeJob } from '../../core/jobs/job-store.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import { LANE_QUEUES } from '../../core/lanes/lane.ts';
import { continueErasures } from '../../core/patients/continue-erasures.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import { eraseRestored } from '../../core/patients/erase-restored.ts';
import type { Home } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { reconcile } from '../../core/reconciliation/reconcile.ts';
import { JobRunner } from '../../local/host/job-runner.ts';
import { rescoreJob } from '../../rescore-worker/rescore-job.ts';
import { type ArmedFault, ArmedFaults } from './armed-faults.ts';
import { type CalledQueue, callFunction } from './called-functions.ts';
import type { FaultHome } from './fault-home.ts';
import { FaultCounts } from './fault-kinds.ts';
import { Ledger } from './ledger.ts';
import type { PhotographKind, Photographs } from './photographs.ts';
import type { EmptiedQueue, Part } from './schedule.ts';
import type { ScreeningWorkers } from './screening-worker.ts';
import { SimulatedLiveLane } from './simulated-live-lane.ts';
import { SimulatedPixels } from './simulated-pixels.ts';
import { SimulatedProcess } from './simulated-process.ts';
import { EXAM, PROGRAM } from './simulated-program.ts';

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Times that a sender tries again when it has no answer. */
const SENDER_TRIES = 4;
/** Longer than the header of a prepared file, which tells the photograph that it was made of. */
const HEADER_BYTES = 4_000;
/** A pre-processing of another name: images are prepared for it again. */
const OTHER_PREPROCESSING = 'squash-bicubic-v2';
const JOB_LOOK_MILLISECONDS = 50;
const JOB_LOOKS = 40;

/** The whole system on one home: its functions, worker, jobs and senders, each call a process of its own. */
export class SimulatedSystem {
  readonly counts = new FaultCounts();
  readonly ledger = new Ledger();
  readonly pixels = new SimulatedPixels();
  readonly #place: FaultHome;
  readonly #workers: ScreeningWorkers;
  readonly #photographs: Photographs;
  readonly #last = new Map<string, { readonly content: Buffer; readonly kind: PhotographKind }>();
  readonly #liveLane: SimulatedLiveLane;
  #models = 0;
  /** Workers that were killed though no photograph ended them. */
  #workersKilled = 0;
  #jobs = 0;

  constructor(place: FaultHome, workers: ScreeningWorkers, photographs: Photographs) {
    this.#place = place;
    this.#workers = workers;
    this.#photographs = photographs;
    this.#liveLane = new SimulatedLiveLane(workers);
  }

  get workersKilled(): number {
    return this.#workersKilled;
  }

  get home(): Home {
    return this.#place.home;
  }

  async begin(): Promise<void> {
    await this.#put(this.home, ACTIVE_MODEL_KEY, this.#workers.model);
    for (const { id: _, ...head } of this.#workers.bundle.heads) await storeHead(this.home.objects, head);
  }

  /** A sender's process. It tries again as long as it is not killed, and believes only the store's own word. */
  async upload(patient: string, laterality: Laterality, kind: PhotographKind, faults: readonly ArmedFault[]) {
    const key = `${patient} ${laterality}`;
    if (this.#last.has(key)) this.counts.add('replaced photograph');
    const content = this.#photographs.next(laterality, kind);
    this.#last.set(key, { content, kind });
    if (kind === 'scan bomb') this.counts.add('scan bomb');
    await this.#send(patient, laterality, kind, content, faults);
  }

  async uploadAgain(patient: string, laterality: Laterality, faults: readonly ArmedFault[]): Promise<void> {
    const last = this.#last.get(`${patient} ${laterality}`);
    if (last === undefined) return;
    this.counts.add('repeated upload');
    await this.#send(patient, laterality, last.kind, last.content, faults);
  }

  async #send(
    patient: string,
    laterality: Laterality,
    kind: PhotographKind,
    content: Buffer,
    faults: readonly ArmedFault[],
  ): Promise<void> {
    const process = this.#process(faults);
    const key = imageKey({ program: PROGRAM, patient, exam: EXAM }, laterality, 'jpg');
    let isAccepted = false;
    for (let tries = 0; tries < SENDER_TRIES && !isAccepted && !process.isKilled; tries += 1) {
      // Two photographs never arrive at the same instant.
      await this.#place.pass(0.001);
      await this.#place.beforeUpload(key);
      const stored = process.run(({ objects }) =>
        objects.put(key, content, { contentType: 'image/jpeg', metadata: { eyes: 'both' } }),
      );
      isAccepted = (await stored.catch(() => undefined)) !== undefined;
    }
    this.ledger.send({ patient, laterality, kind, isAccepted }, content);
  }

  /** Lets a part work on what there is. @returns how much it dealt with */
  async work(part: Part, faults: readonly ArmedFault[]): Promise<number> {
    const process = this.#process(faults);
    switch (part) {
      case 'preparation':
      case 'bulk-preparation':
      case 'intake':
      case 'results':
        return this.#callFunction(part, process);
      case 'worker':
        return this.#screen(process);
      case 'jobs':
        return this.#runJobs(process);
      case 'reconciler':
        return (await process.run((home) => this.reconcile(home)).catch(() => 0)) ?? 0;
    }
  }

  /** @returns how many findings it did something about */
  async reconcile(home: Home = this.home): Promise<number> {
    const { date } = this.#place.clock;
    await continueErasures(home, date);
    const erasedAgain = await eraseRestored(home, { now: date, mayGoOn: () => true });
    const record = await reconcile({
      ...{ home, program: null, isDry: false, stages: 'all', mayGoOn: () => true, now: date },
    });
    return (
      Object.values(record.stages)
        .flatMap(({ findings }) => Object.entries(findings))
        // The simulation has no indexer, so these are found again each day.
        .filter(([name]) => name !== 'exam-unindexed')
        .reduce((sum, [, { done }]) => sum + done, erasedAgain)
    );
  }

  async #callFunction(queue: CalledQueue, process: SimulatedProcess): Promise<number> {
    const { clock, lane } = this.#place;
    const calling = { clock, lane, preparer: () => this.#workers.preparer() };
    const handled = process.run((home) => callFunction(queue, home, calling));
    // What a function throws, its service delivers again.
    return (await handled.catch(() => 0)) ?? 0;
  }

  async #screen(process: SimulatedProcess): Promise<number> {
    const { lane } = this.#place;
    const depths = Object.values(LANE_QUEUES).map((name) => this.home.queues[name].queue.depth());
    const visible = (await Promise.all(depths)).reduce((sum, depth) => sum + depth.visible, 0);
    if (visible === 0) return 0;
    const poisoned = this.counts.of('poison');
    const screener = this.#poisoned(process);
    if (lane === 'live') await this.#liveLane.screen(screener, this.#place.clock);
    else await this.#workers.screen(screener, this.#place, await this.activeModel());
    // On one machine the host sees that its worker died; in the cloud a loan ends by itself.
    if (process.isKilled) await this.#place.endLoans();
    if (process.isKilled && this.counts.of('poison') === poisoned) this.#workersKilled += 1;
    return visible;
  }

  /** The same process, which dies of a poisonous photograph as soon as it has read its pixels. */
  #poisoned(process: SimulatedProcess): SimulatedProcess {
    const { prepared } = process.home;
    const get = async (key: string): Promise<Uint8Array | undefined> => {
      const file = await prepared.get(key);
      const header = Buffer.from(file?.subarray(0, HEADER_BYTES) ?? []);
      if (!this.ledger.poison.some((sha256) => header.includes(sha256))) return file;
      this.counts.add('poison');
      process.kill();
      return new Promise(() => undefined);
    };
    Object.assign(process.home, { prepared: { ...prepared, get } });
    return process;
  }

  async #runJobs(process: SimulatedProcess): Promise<number> {
    const open = await this.openJobs();
    if (open === 0) return 0;
    const { home } = process;
    const runner = new JobRunner({
      home,
      configuration: new Configuration(home.objects, this.#place.clock.elapsed),
      log: QUIET,
      patienceSeconds: 1,
      rescore: async ({ program, job }, stopping) => {
        const found = await readJob(home.objects, { program, job });
        if (found === undefined) return 1;
        await rescoreJob({
          home,
          job: found,
          workerNumber: 0,
          workers: 1,
          pricePerHour: 0,
          log: QUIET,
          stopping,
        });
        return 0;
      },
    });
    // The other parts work beside it, as they do in the running system.
    for (let look = 0; look < JOB_LOOKS && !process.isKilled && (await this.openJobs()) > 0; look += 1) {
      await delay(JOB_LOOK_MILLISECONDS);
      for (const part of ['bulk-preparation', 'intake', 'worker', 'results'] as const)
        await this.work(part, []);
    }
    const stopped = runner.stop();
    if (!process.isKilled) await stopped;
    return open;
  }

  async openJobs(): Promise<number> {
    const { items } = await listJobs(this.home.objects, PROGRAM, { limit: 100 });
    const reports = await Promise.all(items.map((key) => readReport(this.home.objects, key)));
    return reports.filter((report) => report === undefined).length;
  }

  async createJob(mode: JobRecord['mode'], faults: readonly ArmedFault[]): Promise<void> {
    const { model, preprocessing, heads } = await this.activeModel();
    this.#jobs += 1;
    const at = this.#place.clock.date();
    const job: JobRecord = {
      ...{ schema: 'job/1', program: PROGRAM, job: jobId(at, `n${this.#jobs}`), mode, selection: {} },
      ...{ createdAt: at.toISOString(), createdBy: 'operator', model, preprocessing, heads },
      ...{ shadow: false, schedule: null },
    };
    await this.#process(faults)
      .run((home) => storeJob(home.objects, job))
      .catch(() => undefined);
    this.counts.add('job');
  }

  /**
   * The next of three models that differ in name: what one is asked, the others must not answer. The last one takes other
   * pixels.
   */
  async changeModel(faults: readonly ArmedFault[]): Promise<void> {
    this.#models += 1;
    const { model } = this.#workers;
    const renamed = { ...model, model: model.model.split('').toReversed().join('') };
    const models = [model, renamed, { ...renamed, preprocessing: OTHER_PREPROCESSING }] as const;
    const next = models[this.#models % models.length];
    const changing = this.#process(faults).run((home) => this.#put(home, ACTIVE_MODEL_KEY, next));
    await changing.catch(() => undefined);
    this.counts.add('model change');
  }

  async activeModel(): Promise<ActiveModel> {
    const active = await readStoredJson(this.home.objects, ACTIVE_MODEL_KEY, activeModelSchema);
    if (active === undefined) throw new Error('Expected an active model.');
    return active;
  }

  /** Erases while another part works; an interrupted erasure is repeated, as the documents say. */
  async erase(patient: string, beside: Part, faults: readonly ArmedFault[]): Promise<void> {
    const other = this.work(beside, []);
    let isDone = false;
    for (let tries = 0; !isDone; tries += 1) {
      const erasing = this.#process(tries === 0 ? faults : []).run((home) =>
        erasePatient(home, { program: PROGRAM, patient, by: 'operator', now: this.#place.clock.date }),
      );
      isDone = (await erasing.catch(() => undefined)) !== undefined;
    }
    await other;
    this.ledger.erase(patient);
    for (const eye of ['left', 'right']) this.#last.delete(`${patient} ${eye}`);
    this.counts.add('erasure');
  }

  async losePixels(patient: string): Promise<void> {
    this.counts.add('pixels lost', await this.pixels.lose(this.home.prepared, patient));
  }

  async damagePixels(patient: string): Promise<void> {
    this.counts.add('pixels damaged', await this.pixels.damage(this.home.prepared, patient));
  }

  async emptyQueue(name: EmptiedQueue): Promise<void> {
    const isLive = name === 'screening' && this.#place.lane === 'live';
    const { queue } = this.home.queues[isLive ? 'live-screening' : name];
    for (;;) {
      const messages = await queue.receive({ maxMessages: 10, waitSeconds: 0 });
      if (messages.length === 0) return;
      this.counts.add('queue emptied', messages.length);
      await queue.delete(messages.map(({ receipt }) => receipt));
    }
  }

  #process(faults: readonly ArmedFault[]): SimulatedProcess {
    const home = { ...this.home, prepared: this.pixels.noted(this.home.prepared) };
    return new SimulatedProcess(home, new ArmedFaults(this.counts, faults));
  }

  async #put({ objects }: Home, key: string, value: unknown): Promise<void> {
    await objects.put(key, Buffer.from(JSON.stringify(value)), { contentType: 'application/json' });
  }
}
