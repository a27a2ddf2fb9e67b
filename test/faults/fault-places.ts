import { VECTOR_BUCKET } from '../aws/emulator/emulated-home.ts';
import { startMinistack } from '../aws/emulator/ministack.ts';
import { serveVectors } from '../emulators/vector-service.ts';
import { openAwsFaultHome } from './aws-fault-home.ts';
import type { FaultHome } from './fault-home.ts';
import { openLocalFaultHome } from './local-fault-home.ts';
import { Photographs } from './photographs.ts';
import { type Outcome, runSchedule } from './run-schedule.ts';
import { scheduleOf } from './schedule.ts';
import { ScreeningWorkers } from './screening-worker.ts';

/** `live` is the home on one machine with the live lane's function in the worker's place. */
export const HOMES = ['local', 'aws', 'live'] as const;
export type HomeName = (typeof HOMES)[number];

/** Everything that schedules are run with, started once. */
export class FaultPlaces implements AsyncDisposable {
  readonly #parts: AsyncDisposableStack;
  readonly #workers: ScreeningWorkers;
  readonly #photographs: Photographs;
  readonly #openAws: ((seed: number) => Promise<FaultHome>) | undefined;

  private constructor(
    parts: AsyncDisposableStack,
    workers: ScreeningWorkers,
    photographs: Photographs,
    openAws: ((seed: number) => Promise<FaultHome>) | undefined,
  ) {
    this.#parts = parts;
    this.#workers = workers;
    this.#photographs = photographs;
    this.#openAws = openAws;
  }

  static async start(homes: readonly HomeName[]): Promise<FaultPlaces> {
    await using parts = new AsyncDisposableStack();
    const workers = parts.use(await ScreeningWorkers.start());
    const photographs = await Photographs.draw();
    if (!homes.includes('aws')) return new FaultPlaces(parts.move(), workers, photographs, undefined);
    const { endpoint } = parts.use(await startMinistack());
    const vectors = await serveVectors(VECTOR_BUCKET);
    parts.defer(() => vectors.close());
    const openAws = (seed: number) => openAwsFaultHome(endpoint, vectors.endpoint, seed);
    return new FaultPlaces(parts.move(), workers, photographs, openAws);
  }

  /** Makes a seed's schedule happen on a home of its own. */
  async run(name: HomeName, seed: number): Promise<Outcome> {
    await using place = await this.#open(name, seed);
    return await runSchedule(scheduleOf(seed), place, this.#workers, this.#photographs);
  }

  async #open(name: HomeName, seed: number): Promise<FaultHome> {
    if (name === 'local') return openLocalFaultHome('gpu');
    if (name === 'live') return openLocalFaultHome('live');
    if (this.#openAws === undefined) throw new Error('The emulator of AWS was not started.');
    return this.#openAws(seed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
