/**
 * What was prepared of images: pixels, renditions. It can be made again at any time, so nothing here is versioned, synced
 * or backed up, and it is gone after 30 days. What `put` has returned may be lost by a crash; what is read is whole, or its
 * reader's checksum tells.
 */
export interface PreparedStore {
  /** Writes, or writes over. */
  put(key: string, content: Uint8Array): Promise<void>;
  /** @returns `undefined` if there is none */
  get(key: string): Promise<Uint8Array | undefined>;
  has(key: string): Promise<boolean>;
  /**
   * Removes everything whose key begins so.
   *
   * @param prefix whole parts of a key: it ends with `/`, or is a key
   * @returns how many there were
   */
  removeAll(prefix: string): Promise<number>;
}
