import { PARTITIONS } from '../../../aws/table/listing-partitions.ts';
import type { StackFacts } from '../../../lib/cost/stack/stack-facts.ts';
import { callSeconds, laneMemory } from '../../../lib/cost/work/compute.ts';
import { indexUnitsOf, operationsOf } from '../../../lib/cost/work/operations.ts';
import { type Workload, workloadOf } from '../../../lib/cost/work/workload.ts';
import type { Engine } from '../engine/engine.ts';
import { Meter } from '../engine/meter.ts';
import type { Random } from '../engine/random.ts';
import { Pool, Station } from '../engine/station.ts';
import { GpuFleet, type ScalingRules } from './gpu-fleet.ts';
import { LIMITS } from './limits.ts';

/** How a fleet is set up. */
export interface FleetSetup {
  readonly lane: Workload['lane'];
  readonly facts: StackFacts;
  readonly rules: ScalingRules;
  /** Calls at once that the account may make. */
  readonly accountConcurrency: number;
  /** Most calls at once of the live lane. */
  readonly laneConcurrency: number;
  readonly laneBatch: number;
  readonly gpuExamsPerSecond: number;
  /** How often a GPU instance is reclaimed. */
  readonly reclaimsPerHour: number;
  /** Write units a second that the table takes. */
  readonly tableWrites: number;
  /** Partitions that an outcome's listing is spread over. */
  readonly outcomePartitions: number;
}

export interface Exam {
  readonly came: number;
  images: number;
}

/** The first call in a new environment takes so much longer, in seconds: a bundle, an image. Assumed. */
const COLD_CALL = { bundle: 0.6, image: 2.5 } as const;
/** From the PUT of a photograph to its message. Assumed: AWS says seconds at most, and typically less. */
const NOTIFIED_SECONDS = 0.5;
/** Exams that a GPU worker has in hand. */
const WORKER_BATCH = 16;
/** A worker's instance is let go by its capacity provider after so long. */
const LINGER_SECONDS = 900;
const LOAN_SECONDS = 60;

type Part = 'prepare' | 'intake' | 'aggregate' | 'index-exam' | 'webhooks';

/** The system between the upload of an exam and its answer: queues, functions, workers, and the limits on its way. */
export class Pipeline {
  readonly fleet: GpuFleet<Exam>;
  readonly stations: readonly Station<unknown>[];
  readonly meters: readonly Meter[];
  readonly pool: Pool;
  readonly workload: Workload;
  readonly #engine: Engine;
  readonly #setup: FleetSetup;
  readonly #prepare: Station<Exam>;
  readonly #intake: Station<Exam>;
  readonly #lane: Station<Exam>;
  readonly #aggregate: Station<Exam>;
  readonly #index: Station<null>;
  readonly #webhooks: Station<null>;
  readonly #puts: Meter;
  readonly #table: Meter;
  readonly #waiting: Meter;
  readonly #outcome: Meter;
  readonly #units: { readonly begin: number; readonly answer: number };
  readonly #answered: (exam: Exam) => void;

  constructor(engine: Engine, random: Random, setup: FleetSetup, answered: (exam: Exam) => void) {
    this.#engine = engine;
    this.#setup = setup;
    this.#answered = answered;
    this.workload = workloadOf(1_000_000, setup.lane);
    this.pool = new Pool(setup.accountConcurrency);
    this.#prepare = this.#station('prepare', (exam) => this.#intake.offer(exam), COLD_CALL.image);
    this.#intake = this.#station('intake', (exam) => this.#pair(exam));
    this.#aggregate = this.#station('aggregate', (exam) => this.#keep(exam));
    this.#index = this.#station<null>('index-exam', () => undefined);
    this.#webhooks = this.#station<null>('webhooks', () => undefined);
    this.#lane = this.#liveLane();
    this.fleet = new GpuFleet(engine, random, {
      rules: setup.rules,
      examsPerSecond: setup.gpuExamsPerSecond,
      batch: WORKER_BATCH,
      loanSeconds: LOAN_SECONDS,
      reclaimsPerHour: setup.reclaimsPerHour,
      lingerSeconds: LINGER_SECONDS,
      done: (exam) => this.#aggregate.offer(exam),
    });
    this.#puts = new Meter(engine, 'S3: PUT and LIST of one prefix', LIMITS.s3Puts.limit);
    this.#table = new Meter(engine, 'table: write units', setup.tableWrites);
    const partition = LIMITS.partitionWrites.limit;
    this.#waiting = new Meter(engine, 'index: exams that wait', PARTITIONS * partition);
    this.#outcome = new Meter(engine, 'index: one outcome of a program', setup.outcomePartitions * partition);
    this.#units = this.#unitsAnExam();
    const all = [this.#prepare, this.#intake, this.#lane, this.#aggregate, this.#index, this.#webhooks];
    this.stations = all as readonly Station<unknown>[];
    this.meters = [this.#puts, this.#table, this.#waiting, this.#outcome];
  }

  /** Write units of the table before an answer, and with it. */
  #unitsAnExam() {
    const writes = operationsOf(this.workload).filter(({ request }) => request === 'dynamoWrite');
    const sum = (part: string) =>
      writes
        .filter((one) => one.part === part)
        .reduce((total, { count, units = 1 }) => total + count * units, 0);
    return { begin: sum('intake'), answer: sum('aggregate') };
  }

  /** A photograph that was sent. */
  arrive(exam: Exam): void {
    // All of the data bucket that an exam's photographs lead to: they begin as one prefix.
    const puts = operationsOf(this.workload).filter(
      ({ request, part }) => request === 's3Put' && part !== 'prepare',
    );
    this.#puts.take(
      puts.reduce((sum, { count }) => sum + count, 0),
      () => {
        this.#engine.after(NOTIFIED_SECONDS, () => {
          for (let image = 0; image < this.workload.imagesPerExam; image += 1) this.#prepare.offer(exam);
        });
      },
    );
  }

  /** An exam whose new result is there: a job has re-scored it. */
  rescored(exam: Exam): void {
    this.#aggregate.offer(exam);
  }

  #pair(exam: Exam): void {
    this.#webhooks.offer(null);
    exam.images += 1;
    if (exam.images < this.workload.imagesPerExam) return;
    this.#table.take(this.#units.begin, () => {
      const { indexed, moved } = this.#indexUnits();
      this.#waiting.take(indexed + moved, () => {
        if (this.#setup.lane === 'live') this.#lane.offer(exam);
        else this.fleet.offer(exam);
      });
    });
  }

  #indexUnits() {
    const all = indexUnitsOf({ ...this.workload, readShare: 0 });
    // Begun: one entry. Asked for and answered: one entry goes, another comes.
    return { indexed: all / 5, moved: (2 * all) / 5 };
  }

  #keep(exam: Exam): void {
    this.#table.take(this.#units.answer, () => {
      // The worst case: every exam of one program has one outcome.
      this.#outcome.take(this.#indexUnits().moved / 2, () => {
        this.#webhooks.offer(null);
        this.#index.offer(null);
        this.#answered(exam);
      });
    });
  }

  #station<Item = Exam>(
    part: Part,
    done: (item: Item) => void,
    cold: number = COLD_CALL.bundle,
  ): Station<Item> {
    const { facts } = this.#setup;
    const { memory = 0, sources = [] } = facts.functions[part] ?? {};
    const { batchSize = 1, maxConcurrency = 1 } = sources[0] ?? {};
    return this.#called(part, { batchSize, maxConcurrency, cold, done }, (items) =>
      callSeconds(part, memory, items, this.workload),
    );
  }

  #liveLane(): Station<Exam> {
    const { facts, laneBatch, laneConcurrency } = this.#setup;
    const memory = laneMemory(facts);
    const shape = {
      batchSize: laneBatch,
      maxConcurrency: laneConcurrency,
      cold: COLD_CALL.image,
      done: (exam: Exam) => this.#aggregate.offer(exam),
    };
    return this.#called('live lane', shape, (items) => callSeconds('screen', memory, items, this.workload));
  }

  /** A function that Lambda calls for a queue: it begins with few calls, and makes more of them each minute. */
  #called<Item>(
    name: string,
    shape: {
      readonly batchSize: number;
      readonly maxConcurrency: number;
      readonly cold: number;
      readonly done: (item: Item) => void;
    },
    seconds: (items: number) => number,
  ): Station<Item> {
    const engine = this.#engine;
    let busyFrom = 0;
    let warm = 0;
    const station: Station<Item> = new Station<Item>(engine, {
      name,
      batch: shape.batchSize,
      pool: this.pool,
      done: shape.done,
      servers: () => {
        if (station.busy === 0) busyFrom = engine.now;
        const more = ((engine.now - busyFrom) / 60) * LIMITS.morePollers.limit;
        return Math.min(shape.maxConcurrency, Math.floor(LIMITS.firstPollers.limit + more));
      },
      seconds: (items) => {
        const isCold = station.busy > warm;
        warm = Math.max(warm, station.busy);
        return seconds(items) + (isCold ? shape.cold : 0);
      },
    });
    return station;
  }
}
