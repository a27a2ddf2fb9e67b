import type { Engine } from '../engine/engine.ts';
import type { Random } from '../engine/random.ts';
import { COLD_START, LIMITS } from './limits.ts';

/** How many workers there are, by what waits: as `lib/screening` scales. */
export interface ScalingRules {
  readonly backlogPerWorker: number;
  readonly idleMinutes: number;
  readonly maxWorkers: number;
}

export interface GpuFleetOptions<Exam> {
  readonly rules: ScalingRules;
  readonly examsPerSecond: number;
  /** Exams that a worker has in hand at once. */
  readonly batch: number;
  /** How long what a lost worker had in hand stays on loan, in seconds. */
  readonly loanSeconds: number;
  /** How often an instance is reclaimed. */
  readonly reclaimsPerHour: number;
  /** How long an instance is kept after its worker has stopped, in seconds. */
  readonly lingerSeconds: number;
  readonly done: (exam: Exam) => void;
}

interface Worker {
  readonly began: number;
  isReady: boolean;
  isGone: boolean;
  /** A worker that is to stop first ends what it has in hand. */
  isStopping: boolean;
  isBusy: boolean;
}

const MINUTE = 60;

/**
 * GPU workers of an ECS service on Spot instances: an alarm looks at the backlog each minute and sets the number of workers;
 * none are left once nothing has come for a while.
 */
export class GpuFleet<Exam> {
  instanceSeconds = 0;
  wakeUps = 0;
  reclaimed = 0;
  mostInFlight = 0;
  mostWaiting = 0;
  mostWorkers = 0;
  readonly #engine: Engine;
  readonly #random: Random;
  readonly #options: GpuFleetOptions<Exam>;
  readonly #exams: { readonly exam: Exam; readonly came: number }[] = [];
  /** Of all exams, until a worker took them, in seconds. */
  waited = 0;
  #first = 0;
  #inFlight = 0;
  #workers: Worker[] = [];
  #isWatched = false;
  #idleMinutes = 0;
  /** When the metrics of the queue are told, after it was not used. */
  #metricsFrom = 0;

  constructor(engine: Engine, random: Random, options: GpuFleetOptions<Exam>) {
    this.#engine = engine;
    this.#random = random;
    this.#options = options;
  }

  get waiting(): number {
    return this.#exams.length - this.#first;
  }

  offer(exam: Exam): void {
    this.#exams.push({ exam, came: this.#engine.now });
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    this.#watch();
    for (const worker of this.#workers) this.#work(worker);
  }

  #watch(): void {
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#idleMinutes = 0;
    this.#metricsFrom = this.#engine.now + this.#random.uniform(MINUTE, LIMITS.metricsDelay.limit);
    this.#engine.after(MINUTE, () => this.#look());
  }

  /** The alarms, each minute. They end once nothing is left to be done. */
  #look(): void {
    const { backlogPerWorker, idleMinutes, maxWorkers } = this.#options.rules;
    const backlog = this.waiting + this.#inFlight;
    if (this.#engine.now >= this.#metricsFrom) {
      this.#idleMinutes = backlog === 0 ? this.#idleMinutes + 1 : 0;
      if (backlog > 0) this.#setNumber(Math.min(maxWorkers, Math.ceil(backlog / backlogPerWorker)));
      else if (this.#idleMinutes >= idleMinutes) this.#setNumber(0);
    }
    if (backlog === 0 && this.#workers.length === 0) this.#isWatched = false;
    else this.#engine.after(MINUTE, () => this.#look());
  }

  #setNumber(desired: number): void {
    const running = this.#workers.filter(({ isStopping }) => !isStopping);
    for (let number = running.length; number < desired; number += 1) this.#startWorker();
    for (const worker of running.slice(desired)) {
      worker.isStopping = true;
      if (!worker.isBusy) this.#end(worker);
    }
  }

  #startWorker(): void {
    const { instance, image, model } = COLD_START;
    const worker: Worker = {
      began: this.#engine.now,
      isReady: false,
      isGone: false,
      isStopping: false,
      isBusy: false,
    };
    if (this.#workers.length === 0) this.wakeUps += 1;
    this.#workers.push(worker);
    this.mostWorkers = Math.max(this.mostWorkers, this.#workers.length);
    const seconds = [instance, image, model].reduce(
      (sum, [from, to]) => sum + this.#random.uniform(from, to),
      0,
    );
    this.#engine.after(seconds, () => {
      worker.isReady = true;
      this.#work(worker);
    });
    const { reclaimsPerHour } = this.#options;
    if (reclaimsPerHour > 0) {
      const after = this.#random.exponential(3_600 / reclaimsPerHour);
      this.#engine.after(after, () => this.#reclaim(worker));
    }
  }

  #work(worker: Worker): void {
    const { batch, examsPerSecond } = this.#options;
    if (!worker.isReady || worker.isBusy || worker.isGone || worker.isStopping || this.waiting === 0) return;
    const taken = this.#exams.slice(this.#first, this.#first + batch);
    const exams = taken.map(({ exam }) => exam);
    for (const { came } of taken) this.waited += this.#engine.now - came;
    this.#first += exams.length;
    if (this.#first > 10_000 && this.#first * 2 > this.#exams.length) {
      this.#exams.splice(0, this.#first);
      this.#first = 0;
    }
    worker.isBusy = true;
    this.#inFlight += exams.length;
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight);
    this.#engine.after(exams.length / examsPerSecond, () => {
      if (worker.isGone) return this.#engine.after(this.#options.loanSeconds, () => this.#return(exams));
      worker.isBusy = false;
      this.#inFlight -= exams.length;
      for (const exam of exams) this.#options.done(exam);
      if (worker.isStopping) this.#end(worker);
      else this.#work(worker);
    });
  }

  /** What a lost worker had in hand is lent again once its loan is over. */
  #return(exams: readonly Exam[]): void {
    this.#inFlight -= exams.length;
    for (const exam of exams) this.offer(exam);
  }

  #reclaim(worker: Worker): void {
    if (worker.isGone) return;
    this.reclaimed += 1;
    this.#end(worker, 0);
  }

  #end(worker: Worker, lingers = this.#options.lingerSeconds): void {
    if (worker.isGone) return;
    worker.isGone = true;
    this.instanceSeconds += this.#engine.now - worker.began + lingers;
    this.#workers = this.#workers.filter((one) => one !== worker);
  }
}
