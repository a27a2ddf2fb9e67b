import { randomUUID } from 'node:crypto';
import { hashFormerEntries } from '../audit/hash-former-entries.ts';
import {
  type Erased,
  type ErasureRecord,
  erasureKey,
  LATE_WRITERS_MINUTES,
  NOTHING_ERASED,
  plus,
  updateErasure,
} from '../erasures/erasure-record.ts';
import { preparedPrefixOf } from '../keys/prepared-key.ts';
import type { RemainingPlace } from '../ports/patient-traces.ts';
import { PseudonymHash } from '../pseudonyms/pseudonym-hash.ts';
import { type ErasableHome, eraseExam, resultsOf } from './erase-exam.ts';
import { eraseFormerRows, modelsOfAllTime, possibleRequests } from './erase-former-rows.ts';
import { eraseImages, findImages, hasNoImages } from './erase-images.ts';
import { eraseLeftovers } from './erase-leftovers.ts';
import { type ErasureReceipt, hashFormerReceipts, storeReceipt } from './erasure-receipt.ts';

/** Whom to erase, and who asked for it. */
export interface ErasureRequest {
  readonly program: string;
  readonly patient: string;
  /** Subject of the caller. */
  readonly by: string;
  readonly now: () => Date;
}

/** What came of an erasure. */
export interface ErasureOutcome {
  readonly receipt: ErasureReceipt;
  /** When what late writers may have left is looked for once more: ISO 8601, UTC. */
  readonly lookAgainAt: string;
  readonly remaining: readonly RemainingPlace[];
}

/** The steps of one erasure, each of which may be repeated. */
class Erasure {
  readonly #home: ErasableHome;
  readonly #key: string;
  readonly #now: () => Date;
  #record: ErasureRecord;

  constructor(home: ErasableHome, key: string, record: ErasureRecord, now: () => Date) {
    this.#home = home;
    this.#key = key;
    this.#record = record;
    this.#now = now;
  }

  /** Notes how far it has come, so that an erasure that goes on after an interruption finds what was found. */
  async #note(change: Partial<ErasureRecord>, erased: Partial<Erased> = {}): Promise<void> {
    this.#record = await updateErasure(this.#home.objects, this.#key, (stored = this.#record) => ({
      ...stored,
      ...change,
      exams: [...new Set([...stored.exams, ...(change.exams ?? [])])],
      contents: [...new Set([...stored.contents, ...(change.contents ?? [])])],
      requests: [...new Set([...stored.requests, ...(change.requests ?? [])])],
      since: change.since !== undefined && change.since < stored.since ? change.since : stored.since,
      erased: plus(stored.erased, erased),
      seenAt: this.#now().toISOString(),
    }));
  }

  /** Looks at everything that names the patient before it removes any of it. */
  async survey(): Promise<void> {
    const { program, patient, restored = false } = this.#record;
    const { objects, exams } = this.#home;
    const images = await findImages(objects, program, patient);
    const models = await modelsOfAllTime(objects);
    const found = { exams: new Set(images.exams), contents: new Set(images.contents) };
    // What the store still has came after the erasure: it stays in the register of contents, too.
    const stays: ReadonlySet<string> = new Set(restored ? images.contents : []);
    const requests = new Set<string>();
    let since = images.since ?? this.#record.since;
    let cursor: string | undefined;
    do {
      const page = await exams.listByPatient(program, patient, { limit: 100, cursor });
      for (const record of page.items) {
        found.exams.add(record.exam);
        for (const { sha256 } of record.images) found.contents.add(sha256);
        const results = await resultsOf(objects, record);
        for (const id of possibleRequests(record, results, models)) requests.add(id);
        const day = record.createdAt.slice(0, 10);
        if (day < since) since = day;
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    await this.#note({
      exams: [...found.exams],
      contents: [...found.contents].filter((sha256) => !stays.has(sha256)),
      requests: [...requests],
      since,
    });
  }

  /**
   * Removes the images until none has come since the tombstone was put. A writer that looked at one of them did so before it,
   * and can no longer begin an exam; what comes from then on is new.
   *
   * @returns id of the tombstone
   */
  async images(): Promise<string> {
    const { program, patient } = this.#record;
    const { objects, prepared } = this.#home;
    for (;;) {
      const images = await eraseImages(objects, program, patient);
      // After the images: preparation looks for its image once more when the pixels are written.
      await prepared.removeAll(preparedPrefixOf({ program, patient }));
      if (images > 0) await this.#note({}, { images });
      const erasure = await this.tombstone();
      if (await hasNoImages(objects, program, patient)) return erasure;
    }
  }

  /** @returns its id, a new one */
  async tombstone(): Promise<string> {
    const { program, patient } = this.#record;
    const erasure = randomUUID();
    await this.#home.exams.putTombstone(program, patient, { erasure, at: this.#now() });
    return erasure;
  }

  /** Removes the exams that were begun before the tombstone. */
  async exams(erasure: string): Promise<void> {
    const { program, patient } = this.#record;
    let cursor: string | undefined;
    do {
      const page = await this.#home.exams.listByPatient(program, patient, { limit: 100, cursor });
      for (const record of page.items) {
        if (record.erasure === erasure) continue;
        await this.#note({ exams: [record.exam] }, await eraseExam(this.#home, record));
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  async leftovers(): Promise<void> {
    await this.#note({}, await eraseLeftovers(this.#home, this.#record, false));
  }

  /** What former releases left in forms that this one no longer writes. */
  async formerForms(pseudonyms: PseudonymHash): Promise<void> {
    const { objects } = this.#home;
    const { program, since, requests } = this.#record;
    const features = await eraseFormerRows(this.#home.features, since, new Set(requests));
    const auditEntries =
      (await hashFormerEntries(objects, pseudonyms, program)) +
      (await hashFormerReceipts(objects, pseudonyms, program));
    await this.#note({}, { features, auditEntries });
  }

  /** Gives the receipt; only the second look is left. */
  async finish(hash: string): Promise<ErasureOutcome> {
    const now = this.#now();
    const lookAgainAt = new Date(now.getTime() + LATE_WRITERS_MINUTES * 60_000).toISOString();
    const { receipt: id, program, by, erased } = this.#record;
    const receipt = { receipt: id, program, patientHash: hash, at: now.toISOString(), by, erased };
    await storeReceipt(this.#home.objects, receipt);
    await this.#note({ state: 'erased', lookAgainAt });
    return { receipt, lookAgainAt, remaining: this.#home.traces.remaining };
  }
}

/** Does all steps of an erasure, from the first on. */
export async function runErasure(
  home: ErasableHome,
  pseudonyms: PseudonymHash,
  key: string,
  record: ErasureRecord,
  now: () => Date,
): Promise<ErasureOutcome> {
  const erasure = new Erasure(home, key, record, now);
  await erasure.survey();
  await erasure.exams(record.restored ? await erasure.tombstone() : await erasure.images());
  await erasure.formerForms(pseudonyms);
  await erasure.leftovers();
  return erasure.finish(await pseudonyms.ofPatient(record.program, record.patient));
}

/**
 * Erases a patient: photographs in all versions, exams, results, reviews, features, and what names the patient anywhere
 * else; `docs/erasure.md` has the table of all places.
 *
 * ```
 * record of the erasure ─ images ─ tombstone ─ exams ─ leftovers ─ receipt ── 20 minutes later: leftovers again ─ record away
 * ```
 *
 * An interrupted erasure goes on where it is called again, or by `continueErasures`. A patient who is not there is no
 * error. A photograph that arrives after the tombstone is a new exam's, and stays.
 *
 * @returns what was erased, by this call and by those before it that were interrupted
 */
export async function erasePatient(home: ErasableHome, request: ErasureRequest): Promise<ErasureOutcome> {
  return erase(home, request, false);
}

/**
 * Erases a patient again whom a restored table has brought back. What the store has of the photographs came after the
 * erasure: it stays, and the reconciler has it taken in again as a new exam. May be repeated, as `erasePatient`.
 */
export async function eraseAgain(home: ErasableHome, request: ErasureRequest): Promise<ErasureOutcome> {
  return erase(home, request, true);
}

async function erase(
  home: ErasableHome,
  request: ErasureRequest,
  isRestored: boolean,
): Promise<ErasureOutcome> {
  const { program, patient, by, now } = request;
  const pseudonyms = new PseudonymHash(home.objects);
  const key = erasureKey(program, await pseudonyms.ofPatient(program, patient));
  const at = now().toISOString();
  const fresh = {
    ...{ receipt: randomUUID(), by, startedAt: at, erased: NOTHING_ERASED },
    restored: isRestored ? (true as const) : undefined,
  };
  const record = await updateErasure(home.objects, key, (known) => ({
    schema: 'erasure/1',
    program,
    patient,
    exams: known?.exams ?? [],
    contents: known?.contents ?? [],
    requests: known?.requests ?? [],
    since: known?.since ?? at.slice(0, 10),
    // One that was interrupted goes on, but for one that leaves photographs where they are to go; one that waits for its
    // second look is begun as another.
    ...(known?.state === 'running' && (isRestored || !known.restored) ? known : fresh),
    state: 'running',
    seenAt: at,
    lookAgainAt: null,
  }));
  return runErasure(home, pseudonyms, key, record, now);
}
