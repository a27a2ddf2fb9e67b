/** A part of a list, and where to go on. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Opaque; give it back as it is. Absent after the last page. */
  readonly cursor?: string;
}

/** Which part of a list. */
export interface PageRequest {
  /** 1 to 1,000. A page may hold fewer items and still not be the last. */
  readonly limit: number;
  readonly cursor?: string;
}
