/** How far an export has come. */
export interface Progress {
  readonly exams: number;
  readonly rows: number;
  /** Where the list goes on; `null` after its last page. */
  readonly cursor: string | null;
  /** The encoder's state. */
  readonly encoder?: unknown;
}

/** Where an export goes. */
export interface ExportTarget {
  /** Where an earlier run stopped, if it can be gone on from there. */
  readonly checkpoint: Progress | undefined;
  /** Adds a batch. */
  append(content: Uint8Array, progress: Progress): Promise<void>;
  /** Adds the end. @returns length of all in bytes */
  finish(content: Uint8Array): Promise<number>;
  close(): Promise<void>;
}
