import { expect } from 'vitest';
import type { ObjectStore } from '../../../core/ports/index.ts';
import type { CapabilityTest } from '../subject.ts';

/** An object store; other tests may have left objects in it. */
export interface ObjectStoreSubject {
  readonly objects: ObjectStore;
  close(): Promise<void>;
}

export type ObjectStoreCapability =
  | 'versions'
  | 'if-absent'
  | 'checksums'
  /** Presigned uploads are taken over HTTP … */
  | 'presigned-uploads'
  /** … and refused where they differ from what was permitted. */
  | 'presigned-refusals'
  /** Lists go on behind any key. */
  | 'paging'
  | 'metadata'
  | 'ranges'
  /** Keys with any characters. */
  | 'odd-keys'
  /** Keys are listed in the order of their UTF-8 bytes. */
  | 'byte-order'
  | 'large-objects';

/** What the tests of an object store share. */
export class ObjectStoreTests {
  readonly testCapability: CapabilityTest<ObjectStoreCapability>;
  readonly #opened: () => ObjectStore;
  #folders = 0;

  constructor(testCapability: CapabilityTest<ObjectStoreCapability>, opened: () => ObjectStore) {
    this.testCapability = testCapability;
    this.#opened = opened;
  }

  /** The store; only while a test runs. */
  get objects(): ObjectStore {
    return this.#opened();
  }

  /** A prefix that no other test uses. */
  readonly folder = (): string => {
    this.#folders += 1;
    return `conformance/${this.#folders}/`;
  };

  readonly textOf = async (key: string, versionId?: string): Promise<string> =>
    Buffer.from((await this.objects.get(key, { versionId })).content).toString();

  /** Every key, page by page. */
  readonly listAll = async (prefix: string, limit: number): Promise<string[]> => {
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.objects.list(prefix, { limit, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      keys.push(...page.items.map((item) => item.key));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return keys;
  };
}
