import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ATTEMPTS_PREFIX } from '../../core/attempts/attempt-note.ts';
import { redriveDeadLetters } from '../../core/dead-letters/dead-letters.ts';
import { EXAM } from '../../core/testing/records.ts';
import { DEFAULT_BUNDLE, WorkerRun } from '../../gpu-worker/testing/worker-run.ts';
import { generatePatient } from '../../phantoms/index.ts';

const PROGRAM = fileURLToPath(new URL('../../gpu-worker/testing/mortal-worker.ts', import.meta.url));
/** Makes other bytes of a photograph that shows the same. */
const TAIL = Buffer.from('DEADLY');
const DEFECTS = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };

/** Processes that are started again whenever they die, as containers are. */
class Supervised {
  deaths = 0;
  readonly #deadly: string;
  #isStopping = false;
  readonly #children = new Set<ChildProcess>();
  readonly #done: Promise<unknown>;

  /** @param deadly SHA-256 of the photograph whose pixels end them */
  constructor(run: WorkerRun, workers: number, deadly: string) {
    this.#deadly = deadly;
    this.#done = Promise.all(Array.from({ length: workers }, () => this.#supervise(run)));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const child of this.#children) child.kill('SIGKILL');
    await this.#done;
  }

  async #supervise(run: WorkerRun): Promise<void> {
    while (!this.#isStopping) {
      const child = spawn(process.execPath, [PROGRAM], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          RETCLIP_DATA: run.home.folder.directory,
          RETCLIP_MODEL: DEFAULT_BUNDLE,
          RETCLIP_BATCH_SIZE: '4',
          DEADLY: this.#deadly,
          RETCLIP_THREADS: '1',
          // A dead worker's loans end soon.
          RETCLIP_VISIBILITY: '3',
        },
      });
      this.#children.add(child);
      const [, signal] = await once(child, 'exit');
      this.#children.delete(child);
      if (!this.#isStopping && signal === 'SIGKILL') this.deaths += 1;
      else if (!this.#isStopping) throw new Error('A worker ended by itself.');
    }
  }
}

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** Screens exams by real processes until each is answered or buried. */
async function screened(poisons: readonly boolean[], workers: number) {
  const run = await WorkerRun.open();
  cleanUp.push(() => run[Symbol.asyncDispose]());
  const { left, right } = await generatePatient({ seed: 'poison', index: 1, size: 256, defects: DEFECTS });
  if (left === null || right === null) throw new Error('Expected both eyes.');
  const deadly = Buffer.concat([left.jpeg, TAIL]);
  for (const [index, isPoison] of poisons.entries()) {
    const jpeg = isPoison ? deadly : left.jpeg;
    await run.request({ ...EXAM, patient: `P${index}` }, { left: jpeg, right: right.jpeg });
  }
  const supervised = new Supervised(run, workers, createHash('sha256').update(deadly).digest('hex'));
  cleanUp.push(() => supervised.stop());
  const answered = new Set<string>();
  const { queue, deadLetters } = run.home.queues.screening;
  const isOpen = async () => {
    const { visible, inFlight, delayed } = await queue.depth();
    return visible + inFlight + delayed > 0;
  };
  while (await isOpen()) {
    for (const { exam } of await run.results(1)) answered.add(exam.patient);
  }
  for (const { exam } of await run.results(0)) answered.add(exam.patient);
  const letters = await deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
  await deadLetters.release(letters.map(({ receipt }) => receipt));
  return { run, supervised, answered, letters };
}

const named = (poisons: readonly boolean[], isPoison: boolean) =>
  poisons.flatMap((poison, index) => (poison === isPoison ? [`P${index}`] : []));

describe('photographs that end the worker’s process', () => {
  it.each([
    [1, [false, true, false, true, false]],
    [2, [true, false, true, false, false, false]],
  ])(
    'with %i workers: just they are buried, with exam and reason, and all others answered',
    async (workers, poisons) => {
      const { run, supervised, answered, letters } = await screened(poisons, workers);
      expect([...answered].sort()).toEqual(named(poisons, false));
      expect(letters.map(({ attributes }) => attributes.exam).sort()).toEqual(
        named(poisons, true).map((patient) => `${EXAM.program}/${patient}/${EXAM.exam}`),
      );
      for (const { attributes } of letters) expect(attributes.reason).toMatch(/^It ended its worker 3 times/);
      expect(supervised.deaths).toBeGreaterThanOrEqual(3 * letters.length);
      expect((await run.home.objects.list(ATTEMPTS_PREFIX, { limit: 10 })).items).toEqual([]);
      await supervised.stop();
      // What is left out when they are sent again does no harm.
      const [first, ...others] = letters.map(({ attributes }) => String(attributes.exam));
      const sent = await redriveDeadLetters(
        run.home.queues.screening,
        { program: EXAM.program, andUnknown: false },
        { except: [String(first)] },
      );
      expect(sent.map(({ subject }) => subject).sort()).toEqual(others.sort());
    },
    240_000,
  );
});
