/** A row of a table, with its line in the file. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A table's rows, the header first; or why it cannot be read and what to do. */
export type Table = { readonly rows: readonly TableRow[] } | { readonly reason: string };
