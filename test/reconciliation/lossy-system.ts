import { ACTIVE_MODEL_KEY } from '../../core/activation/active-model.ts';
import { sendToDeadLetters } from '../../core/dead-letters/send-to-dead-letters.ts';
import type { RequestedImage } from '../../core/exams/exam-image.ts';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import type { Laterality } from '../../core/exams/laterality.ts';
import { IMAGE_METADATA } from '../../core/keys/image-metadata.ts';
import { preparedKey, preparedPrefixOf } from '../../core/keys/prepared-key.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import type { QueueName } from '../../core/messages/queues.ts';
import type { ScreeningRequest } from '../../core/messages/screening-request.ts';
import { erasePatient } from '../../core/patients/erase-patient.ts';
import type { ReceivedMessage } from '../../core/ports/index.ts';
import { Configuration } from '../../core/programs/configuration.ts';
import { DEFAULT_SETTINGS, settingsKey } from '../../core/programs/program-settings.ts';
import type { FindingCounts } from '../../core/reconciliation/findings.ts';
import { reconcile } from '../../core/reconciliation/reconcile.ts';
import { findingsOf } from '../../core/reconciliation/testing/reconciled.ts';
import { putShard } from '../../core/reconciliation/testing/shards.ts';
import { MODEL, outputOf } from '../../core/testing/records.ts';
import { createAggregate } from '../../functions/aggregate/aggregate.ts';
import type { QueueFunction } from '../../functions/consume-queue.ts';
import { createIntake } from '../../functions/intake/intake.ts';
import { createPrepare } from '../../functions/prepare/prepare.ts';
import { textPreparer } from '../../functions/prepare/testing/text-preparer.ts';
import { queueEventOf } from '../../local/host/queue-event.ts';
import type { LossyHome } from './homes.ts';

const PROGRAM = 'north';
export const REASON = 'Its image killed the worker three times.';

export type Fate = 'done' | 'lost';
export type WorkerFate = Fate | 'dies-behind-shard' | 'buries';
/** Queues that a function is called with. */
export type CalledQueue = 'preparation' | 'intake' | 'results';

export function examOf(patient: string): ExamKey {
  return { program: PROGRAM, patient, exam: '2026-05-01' };
}

/** The functions and a worker on a home, and everything that may get lost between them. */
export class LossySystem {
  readonly at: LossyHome;
  readonly #functions: Readonly<Record<CalledQueue, QueueFunction>>;
  readonly #losses = new Map<string, number>();

  private constructor(at: LossyHome) {
    this.at = at;
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const parts = {
      home: at.home,
      configuration: new Configuration(at.home.objects, () => at.now()),
      log: silent,
      counters: { add: () => undefined },
      now: () => new Date(at.now()),
    };
    const preparing = { ...parts, preparerFor: async () => textPreparer, source: 'preparation' as const };
    this.#functions = {
      preparation: createPrepare(preparing),
      intake: createIntake(parts),
      results: createAggregate(parts),
    };
  }

  static async open(open: () => Promise<LossyHome>): Promise<LossySystem> {
    const at = await open();
    const { objects } = at.home;
    await objects.put(ACTIVE_MODEL_KEY, Buffer.from(JSON.stringify(MODEL)));
    // The delays of SQS would last a quarter of an hour: nothing is waited for but what is announced.
    const settings = { ...DEFAULT_SETTINGS, pairingWindowSeconds: 0 };
    await objects.put(settingsKey(PROGRAM), Buffer.from(JSON.stringify(settings)));
    return new LossySystem(at);
  }

  async upload(patient: string, eye: Laterality, content: string): Promise<string> {
    this.at.pass(0.01);
    const { program, exam } = examOf(patient);
    const key = `images/${program}/${patient}/${exam}/${eye}.jpg`;
    const metadata = { [IMAGE_METADATA.eyes]: 'both' };
    const { sha256 } = await this.at.home.objects.put(key, Buffer.from(content), { metadata });
    await this.at.announce(key);
    return sha256;
  }

  #receive(name: QueueName): Promise<readonly ReceivedMessage[]> {
    return this.at.home.queues[name].queue.receive({ maxMessages: 10, waitSeconds: 0 });
  }

  #remove(name: QueueName, messages: readonly ReceivedMessage[]) {
    return this.at.home.queues[name].queue.delete(messages.map(({ receipt }) => receipt));
  }

  /** Has a function handle what waits, or loses it. @returns how many messages that were */
  async deliver(name: CalledQueue, fate: Fate): Promise<number> {
    const messages = await this.#receive(name);
    if (messages.length === 0) return 0;
    if (fate === 'done') {
      const { batchItemFailures } = await this.#functions[name](queueEventOf(messages, name));
      if (batchItemFailures.length > 0) throw new Error('A message failed.');
    }
    await this.#remove(name, messages);
    return messages.length;
  }

  /** Works on requests as a worker that may die. */
  async work(fate: WorkerFate): Promise<number> {
    const messages = await this.#receive('screening');
    for (const message of messages) await this.#screen(message, fate);
    await this.#remove('screening', messages);
    return messages.length;
  }

  async #screen(message: ReceivedMessage, fate: WorkerFate): Promise<void> {
    const { home } = this.at;
    const request: ScreeningRequest = JSON.parse(message.body);
    if (fate === 'lost') return;
    const record = await home.exams.get(request.exam);
    if (record?.request?.requestId !== request.requestId || record.status === 'screened') return;
    if (await this.#missPixels(request)) return;
    if (fate === 'buries') {
      const { deadLetters } = home.queues.screening;
      return sendToDeadLetters(deadLetters, 'screening', message, REASON);
    }
    const shard = await putShard(home.features, [request]);
    if (fate === 'dies-behind-shard') return;
    const output = { ...outputOf(request), features: { shard, row: 0 } };
    const result = { schema: 'screening-result/2', exam: request.exam, output };
    await home.queues.results.queue.send([{ body: JSON.stringify(result) }]);
  }

  /** Asks intake for pixels that a worker does not find. @returns whether it had to */
  async #missPixels({ exam, images, contract }: ScreeningRequest): Promise<boolean> {
    const { prepared, queues } = this.at.home;
    const missing: RequestedImage[] = [];
    for (const image of images) {
      if (image.pixelsSha256 === null || contract === null) continue;
      if (!(await prepared.has(preparedKey(image, contract)))) missing.push(image);
    }
    if (missing.length === 0) return false;
    const check: ExamCheck = {
      ...{ schema: 'exam-check/1', reason: 'pixels-missing', exam },
      images: missing.map(({ key, versionId }) => ({ key, versionId })),
    };
    await queues.intake.queue.send([{ body: JSON.stringify(check), group: exam.program }]);
    return true;
  }

  /** What was prepared of a patient's images is gone, as after 30 days. */
  async losePixels(patient: string): Promise<void> {
    const lost = await this.at.home.prepared.removeAll(preparedPrefixOf(examOf(patient)));
    if (lost > 0) this.#losses.set(patient, this.lossesOf(patient) + 1);
  }

  /** How often a patient's pixels were lost. */
  lossesOf(patient: string): number {
    return this.#losses.get(patient) ?? 0;
  }

  /** Loses what lies among the dead letters, as SQS does after 14 days. */
  async loseLetters(): Promise<void> {
    const { deadLetters } = this.at.home.queues.screening;
    const letters = await deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
    await deadLetters.delete(letters.map(({ receipt }) => receipt));
  }

  /** What lies among the dead letters of a queue: exam, reason and request. */
  async letters(
    queue: 'screening' | 'intake',
  ): Promise<readonly (readonly [string | undefined, string | undefined, string])[]> {
    const { deadLetters } = this.at.home.queues[queue];
    const letters = await deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
    await deadLetters.release(letters.map(({ receipt }) => receipt));
    return letters.map(
      ({ attributes, body }) => [attributes.exam, attributes.reason, JSON.parse(body).requestId] as const,
    );
  }

  async erase(patient: string): Promise<void> {
    const now = () => new Date(this.at.now());
    await erasePatient(this.at.home, { program: PROGRAM, patient, by: 'operator', now });
  }

  /** @param steps after which the reconciler dies */
  async reconcile(steps = Number.POSITIVE_INFINITY): Promise<FindingCounts> {
    let left = steps;
    const record = await reconcile({
      ...{ home: this.at.home, program: null, isDry: false, stages: 'all' },
      now: () => new Date(this.at.now()),
      mayGoOn: () => {
        left -= 1;
        return left >= 0;
      },
    });
    return findingsOf(record);
  }

  /** Everything works, until nothing is left to do. */
  async settle(): Promise<void> {
    for (;;) {
      const done =
        (await this.deliver('preparation', 'done')) +
        (await this.deliver('intake', 'done')) +
        (await this.work('done')) +
        (await this.deliver('results', 'done'));
      if (done === 0) return;
    }
  }

  exam(patient: string): Promise<ExamRecord | undefined> {
    return this.at.home.exams.get(examOf(patient));
  }

  async shards(): Promise<string[]> {
    return (await this.at.home.features.shards({ limit: 1_000 })).items.map(({ shard }) => shard);
  }

  async keys(prefix: string): Promise<string[]> {
    return (await this.at.home.objects.list(prefix, { limit: 1_000 })).items.map(({ key }) => key);
  }
}
