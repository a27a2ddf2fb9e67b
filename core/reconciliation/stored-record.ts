import { CoreError, InvalidInputError, ObjectChangedError, ObjectNotFoundError } from '../errors.ts';
import { eraseFormerVersions } from '../objects/erase-objects.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import {
  NEVER_RECONCILED,
  type ReconciliationRecord,
  reconciliationRecordSchema,
} from './reconciliation-record.ts';

/** What is kept of reconciliations begins so. */
export const RECONCILIATIONS_PREFIX = 'reconciliation/';

/** Somebody else reconciles the same at the same time. What was done so far is done. */
export class ReconciliationBusyError extends CoreError {
  constructor(scope: string) {
    super(`Another reconciliation of ${scope} is under way. Try again in a moment.`);
  }
}

/** What is reconciled: one program or everything, for good or to see what would be done. */
export interface ReconciliationScope {
  readonly program: string | null;
  readonly isDry: boolean;
}

/** @example recordKey({ program: 'north', isDry: false }) // 'reconciliation/programs/north.json' */
export function recordKey({ program, isDry }: ReconciliationScope): string {
  const folder = isDry ? `${RECONCILIATIONS_PREFIX}dry/` : RECONCILIATIONS_PREFIX;
  return program === null ? `${folder}everything.json` : `${folder}programs/${program}.json`;
}

function nameOf({ program }: ReconciliationScope): string {
  return program === null ? 'everything' : `program "${program}"`;
}

type RecordStore = Pick<ObjectStore, 'get' | 'put' | 'listVersions' | 'deleteVersion' | 'delete'>;

/** The record of a scope's reconciliations, written over what was read of it and nothing else. */
export class StoredRecord {
  readonly #store: RecordStore;
  readonly #scope: ReconciliationScope;
  #versionId: string | null | undefined;
  #content: ReconciliationRecord;

  private constructor(
    store: RecordStore,
    scope: ReconciliationScope,
    versionId: string | null | undefined,
    content: ReconciliationRecord,
  ) {
    this.#store = store;
    this.#scope = scope;
    this.#versionId = versionId;
    this.#content = content;
  }

  /** What cannot be read, as another release may have left it, is started again: nothing depends on it. */
  static async read(store: RecordStore, scope: ReconciliationScope): Promise<StoredRecord> {
    try {
      const { object, content } = await store.get(recordKey(scope));
      let parsed: ReconciliationRecord | undefined;
      try {
        parsed = reconciliationRecordSchema.safeParse(JSON.parse(Buffer.from(content).toString())).data;
      } catch {
        parsed = undefined;
      }
      return new StoredRecord(store, scope, object.versionId, parsed ?? NEVER_RECONCILED);
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
      return new StoredRecord(store, scope, undefined, NEVER_RECONCILED);
    }
  }

  get content(): ReconciliationRecord {
    return this.#content;
  }

  /**
   * Only the last version is of use: those before it go.
   *
   * @throws ReconciliationBusyError if somebody else has written meanwhile
   */
  async write(content: ReconciliationRecord): Promise<void> {
    const key = recordKey(this.#scope);
    const versionId = this.#versionId;
    const condition =
      versionId === undefined ? { ifAbsent: true } : versionId === null ? {} : { ifLatest: versionId };
    try {
      const bytes = Buffer.from(JSON.stringify(content));
      const stored = await this.#store.put(key, bytes, { contentType: 'application/json', ...condition });
      this.#versionId = stored.versionId;
      this.#content = content;
      await eraseFormerVersions(this.#store, key);
    } catch (error) {
      if (error instanceof ObjectChangedError || error instanceof InvalidInputError)
        throw new ReconciliationBusyError(nameOf(this.#scope));
      throw error;
    }
  }
}
