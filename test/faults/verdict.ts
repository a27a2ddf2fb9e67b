import { examsOfMessage } from '../../core/dead-letters/message-subject.ts';
import type { ExamRecord } from '../../core/exams/exam-record.ts';
import { LATERALITIES } from '../../core/exams/laterality.ts';
import { MOST_ROUNDS } from '../../core/exams/missed-images.ts';
import { imageKey } from '../../core/keys/image-key.ts';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import type { Home } from '../../core/ports/index.ts';
import { listFormerResults } from '../../core/records/former-results.ts';
import type { Ledger, SentPhotograph } from './ledger.ts';
import type { SimulatedPixels } from './simulated-pixels.ts';
import { EXAM, PROGRAM } from './simulated-program.ts';

/** Where every accepted photograph has ended. */
export interface Endings {
  /** In its exam's one current result. */
  readonly answered: number;
  /** A newer photograph of its eye took its place. */
  readonly replaced: number;
  /** Its exam's work lies in a dead-letter queue, with the reason. */
  readonly buried: number;
  readonly erased: number;
}

/** What is wrong with how a schedule ended; empty if nothing is. */
export interface Verdict {
  readonly faults: readonly string[];
  readonly endings: Endings;
}

/** Reasons of dead letters, by patient. */
export async function deadLettersByPatient(home: Home): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const name of QUEUE_NAMES) {
    const { deadLetters } = home.queues[name];
    for (;;) {
      const messages = await deadLetters.receive({ maxMessages: 10, waitSeconds: 0 });
      if (messages.length === 0) break;
      for (const { body, attributes } of messages) {
        const patient = examsOfMessage(body)[0]?.exam.patient ?? 'nobody';
        const reasons = found.get(patient) ?? [];
        found.set(patient, [...reasons, `${name}: ${attributes.reason ?? 'no reason'}`]);
      }
    }
  }
  return found;
}

/** Crashes of its own after which a request is buried. */
const CRASHES = 3;

/** What was done to the system that may end in a dead letter. */
export interface Suffered {
  /** Workers that were killed though no photograph ended them. */
  readonly workersKilled: number;
  readonly pixels: Pick<SimulatedPixels, 'lossesOf' | 'leftBehind'>;
}

class Judge {
  readonly #home: Home;
  readonly #ledger: Ledger;
  readonly #buried: ReadonlyMap<string, readonly string[]>;
  readonly #suffered: Suffered;
  readonly faults: string[] = [];
  readonly endings = { answered: 0, replaced: 0, buried: 0, erased: 0 };

  constructor(
    home: Home,
    ledger: Ledger,
    buried: ReadonlyMap<string, readonly string[]>,
    suffered: Suffered,
  ) {
    this.#suffered = suffered;
    this.#home = home;
    this.#ledger = ledger;
    this.#buried = buried;
  }

  async judge(patient: string): Promise<void> {
    const key = { program: PROGRAM, patient, exam: EXAM };
    const record = await this.#home.exams.get(key);
    this.endings.erased += this.#ledger.erased(patient).length;
    const accepted = LATERALITIES.flatMap((eye) => this.#ledger.of(patient, eye)).filter(
      (one) => one.isAccepted,
    );
    if (accepted.length === 0) {
      this.#nothingOfErased(patient, record);
      return;
    }
    const reasons = this.#buried.get(patient) ?? [];
    if (record?.status === 'screened') await this.#answered(patient, record);
    else if (reasons.length > 0) this.#isBuried(patient, record, accepted, reasons);
    else
      this.#say(
        patient,
        `has accepted photographs, no answer and no dead letter: ${record?.status ?? 'no exam'}`,
      );
    this.#nothingOfErased(patient, record);
  }

  /** The exam's one result is about the last accepted photograph of each eye, and of no other patient. */
  async #answered(patient: string, record: ExamRecord): Promise<void> {
    const { result, request } = record;
    if (
      result === null ||
      request?.requestId !== (result.rescored === undefined ? result.requestId : request?.requestId)
    )
      this.#say(patient, 'is screened without the result of its latest request');
    for (const eye of LATERALITIES) {
      const shown = result?.eyes[eye]?.image.sha256;
      const sent = this.#ledger.of(patient, eye);
      const may = this.#ledger.mayHold(patient, eye);
      const isOpen = shown === undefined && may.every(({ isAccepted }) => !isAccepted);
      if (!isOpen && !may.some(({ sha256 }) => sha256 === shown))
        this.#say(patient, `is answered for another photograph of its ${eye} eye than the last accepted one`);
      const held = sent.find(({ sha256 }) => sha256 === shown);
      if (held !== undefined) this.#gradable(patient, record, held);
      for (const { isAccepted, sha256 } of sent) {
        if (isAccepted) this.endings[sha256 === shown ? 'answered' : 'replaced'] += 1;
      }
    }
    const results = [result, ...(await listFormerResults(this.#home.objects, record))];
    const ids = results.map((one) => `${one?.requestId} ${one?.rescored?.job ?? ''}`);
    if (new Set(ids).size !== ids.length) this.#say(patient, 'has one answer twice among its results');
  }

  /** What the photograph is, its answer must say. */
  #gradable(patient: string, { result }: ExamRecord, { laterality, kind }: SentPhotograph): void {
    const isGradable = result?.eyes[laterality]?.quality.gradable;
    if (isGradable !== (kind === 'good'))
      this.#say(patient, `has a ${kind} photograph of its ${laterality} eye that is gradable: ${isGradable}`);
  }

  #isBuried(
    patient: string,
    record: ExamRecord | undefined,
    accepted: readonly SentPhotograph[],
    reasons: readonly string[],
  ): void {
    this.endings.buried += accepted.length;
    const isPoisoned = LATERALITIES.some((eye) =>
      this.#ledger.mayHold(patient, eye).some(({ kind }) => kind === 'poison'),
    );
    // Three workers that somebody killed while they had this one exam alone in hand bury it as well, and so do pixels that
    // are lost each time that they are made.
    const { workersKilled, pixels } = this.#suffered;
    if (!isPoisoned && workersKilled < CRASHES && pixels.lossesOf(patient) <= MOST_ROUNDS)
      this.#say(
        patient,
        `is buried, ${record?.status}, though nothing is wrong with it: ${reasons.join('; ')}`,
      );
    if (reasons.some((reason) => reason.endsWith('no reason')))
      this.#say(patient, 'is buried without a reason');
  }

  /** Nothing of what was erased is the answer again. */
  #nothingOfErased(patient: string, record: ExamRecord | undefined): void {
    const erased = new Set(this.#ledger.erased(patient));
    const again = LATERALITIES.flatMap((eye) => this.#ledger.of(patient, eye)).map(({ sha256 }) => sha256);
    for (const sha256 of again) erased.delete(sha256);
    const shown = record?.images.filter((image) => erased.has(image.sha256)) ?? [];
    if (shown.length > 0) this.#say(patient, `lists ${shown.length} photographs that were erased`);
    if (record !== undefined && again.length === 0)
      this.#say(patient, `was erased and is ${record.status} again`);
  }

  #say(patient: string, what: string): void {
    this.faults.push(`${patient} ${what}`);
  }
}

/** Holds what the system ended with against what the senders know. */
export async function judge(home: Home, ledger: Ledger, suffered: Suffered): Promise<Verdict> {
  const one = new Judge(home, ledger, await deadLettersByPatient(home), suffered);
  for (const patient of ledger.patients) await one.judge(patient);
  const { faults, endings } = one;
  for (const patient of ledger.patients) {
    const left = await suffered.pixels.leftBehind(home, patient);
    if (left.length > 0) faults.push(`${patient} left ${left.join(', ')} behind`);
    for (const eye of LATERALITIES) {
      const key = imageKey({ program: PROGRAM, patient, exam: EXAM }, eye, 'jpg');
      const erased = new Set(ledger.erased(patient));
      for (const { sha256 } of ledger.of(patient, eye)) erased.delete(sha256);
      const { items } = await home.objects.listVersions(key, { limit: 100 });
      for (const { versionId } of items) {
        const stored = versionId === null ? undefined : await home.objects.head(key, versionId);
        if (stored !== undefined && erased.has(stored.sha256)) faults.push(`${patient} left ${key} behind`);
      }
    }
  }
  return { faults, endings };
}
