import { z } from 'zod';
import { readStoredJson } from '../documents/stored-json.ts';
import { ConfigurationError, ObjectChangedError } from '../errors.ts';
import { identifierSchema } from '../exams/identifier.ts';
import { eraseVersion } from '../objects/erase-objects.ts';
import type { ObjectStore, ObjectVersion } from '../ports/index.ts';

/** Every record of an erasure that is not over begins so. */
export const ERASURES_PREFIX = 'erasures/';
const PAGE = 1_000;
const ATTEMPTS = 20;

/** How long a process may still write what it read before an erasure: no function runs longer than 15 minutes. */
export const LATE_WRITERS_MINUTES = 20;

const count = z.number().int().nonnegative();

/** What was erased of a patient. */
export const erasedSchema = z.object({
  /** Exams, with their results, history and reviews. */
  exams: count,
  results: count,
  reviews: count,
  /** Versions of photographs, delete markers included. */
  images: count,
  /** Rows of features that were overwritten with zeros, those that no record named included. */
  features: count,
  /** Lines of jobs that named the patient: selections, results, receipts, reports. */
  jobLines: count,
  /** Remembered answers to requests. */
  answers: count,
  /** Places in other patients' records that named this one. */
  mentions: count,
  messages: count,
  events: count,
  logLines: count,
  /** Entries of the audit trail, and receipts, of former releases that got a keyed hash in place of a pseudonym. */
  auditEntries: count,
});
export type Erased = Readonly<z.infer<typeof erasedSchema>>;

export const NOTHING_ERASED: Erased = Object.freeze(
  Object.fromEntries(Object.keys(erasedSchema.shape).map((name) => [name, 0])) as unknown as Erased,
);

/** Adds up what was erased. */
export function plus(a: Erased, b: Partial<Erased>): Erased {
  const entries = Object.entries(a).map(([name, number]) => [name, number + (b[name as keyof Erased] ?? 0)]);
  return Object.fromEntries(entries) as unknown as Erased;
}

/**
 * An erasure that is not over. It is the one place that names the patient meanwhile: the call that goes on after an
 * interruption must know whom to erase. `running`: to be gone on with. `erased`: its receipt is given; what late writers
 * may have left is looked for once more at `lookAgainAt`, and then the record goes as well.
 */
export const erasureRecordSchema = z.object({
  schema: z.literal('erasure/1'),
  state: z.enum(['running', 'erased']),
  receipt: z.string().min(1),
  program: identifierSchema,
  patient: identifierSchema,
  by: z.string(),
  startedAt: z.iso.datetime(),
  /** When it was last known to go on. */
  seenAt: z.iso.datetime(),
  /** Ids of the exams found so far: what lies under an exam's id is found again when its record is gone. */
  exams: z.array(identifierSchema),
  /** SHA-256 of the contents of the photographs found so far. */
  contents: z.array(z.string()),
  /** Ids of requests that may have been made for them: former releases listed no rows of features. */
  requests: z.array(z.string()),
  /** The first day from which something of the patient is known: no shard of features is older. */
  since: z.iso.date(),
  erased: erasedSchema,
  lookAgainAt: z.iso.datetime().nullable(),
  /** A restored table had brought the patient back: the photographs in the store came after the erasure, and stay. */
  restored: z.literal(true).optional(),
});
export type ErasureRecord = Readonly<z.infer<typeof erasureRecordSchema>>;

/** @param hash keyed, of the patient: one erasure of a patient at a time */
export function erasureKey(program: string, hash: string): string {
  return `${ERASURES_PREFIX}${program}/${hash}.json`;
}

/** @returns `undefined` if the patient is not being erased */
export function readErasure(
  store: Pick<ObjectStore, 'get'>,
  key: string,
): Promise<ErasureRecord | undefined> {
  return readStoredJson(store, key, erasureRecordSchema);
}

/** @returns `undefined` also where what is stored cannot be read */
async function readableErasure(store: ObjectStore, key: string): Promise<ErasureRecord | undefined> {
  try {
    return await readErasure(store, key);
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

/**
 * Changes the record of an erasure over just the version that was read: others may go on with it in the same moment. A
 * record that cannot be read counts as none: who asks for the erasure once more has everything looked for again.
 */
export async function updateErasure(
  store: ObjectStore,
  key: string,
  change: (record: ErasureRecord | undefined) => ErasureRecord,
): Promise<ErasureRecord> {
  for (let attempt = 1; ; attempt += 1) {
    const present = await store.head(key);
    const record = change(present === undefined ? undefined : await readableErasure(store, key));
    const condition = present?.versionId ? { ifLatest: present.versionId } : {};
    try {
      await store.put(key, Buffer.from(JSON.stringify(record)), {
        contentType: 'application/json',
        ...condition,
      });
      return record;
    } catch (error) {
      if (!(error instanceof ObjectChangedError) || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** An erasure, and the versions of its record up to the one that was read. */
export interface StoredErasure {
  readonly key: string;
  readonly record: ErasureRecord;
  readonly versions: readonly ObjectVersion[];
}

/** @returns `undefined` if it is over */
export async function readStoredErasure(store: ObjectStore, key: string): Promise<StoredErasure | undefined> {
  const { items } = await store.listVersions(key, { limit: PAGE });
  const record = await readErasure(store, key);
  return record && { key, record, versions: items };
}

/** Removes the record of an erasure that is over; one that was begun since stays. */
export async function closeErasure(store: ObjectStore, { key, versions }: StoredErasure): Promise<void> {
  // The newest last: an interrupted call leaves it, to be found again.
  for (const version of versions.toReversed()) if (version.key === key) await eraseVersion(store, version);
}

/** Keys of the erasures that are not over, of one program or of all. */
export async function listErasures(
  store: Pick<ObjectStore, 'list'>,
  program: string | null = null,
): Promise<readonly string[]> {
  const prefix = program === null ? ERASURES_PREFIX : `${ERASURES_PREFIX}${program}/`;
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(prefix, { limit: PAGE, cursor });
    keys.push(...page.items.map(({ key }) => key));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return keys;
}
