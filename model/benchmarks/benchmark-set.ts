/** Parts of a benchmark: fitted on, selected on, reported. */
export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** One class or label of a set. */
export interface BenchmarkClass {
  /** As heads spell it. */
  readonly name: string;
  /** As the publisher spells it: the class's folder, or the column of its label. */
  readonly published: string;
}

/** One photograph, or one patient's two, with what is true of it. */
export interface BenchmarkCase {
  /** Its own within the set. */
  readonly name: string;
  /** Who must not stand in two splits; the photograph itself where the set names no patients. */
  readonly patient: string;
  readonly split: Split;
  /** Paths. A set of single photographs names no eye: they stand as left. */
  readonly left: string | null;
  readonly right: string | null;
  /** Of labels 1 or 0 each; of classes one number, the class's place. */
  readonly values: readonly number[];
}

/** A set of the benchmark of RET-CLIP (Du et al., MICCAI 2024, arXiv 2405.14137). */
export interface BenchmarkSet {
  /** As the command takes it. */
  readonly name: string;
  readonly title: string;
  readonly what: string;
  /** `grades` rise, `classes` exclude each other, `labels` do not. */
  readonly task: 'grades' | 'classes' | 'labels';
  readonly classes: readonly BenchmarkClass[];
  /** What the paper's heads read: one photograph, or both eyes'. */
  readonly feature: 'visual' | 'pair';
  /** Published cases by split; `null` where no split is published. */
  readonly sizes: Readonly<Record<Split, number>> | null;
  readonly publisher: string;
  /** Where the split comes from. */
  readonly splitBy: string;
  readonly layouts: readonly Layout[];
}

/** A way in which a set's files are published. */
export interface Layout {
  /** Names of folders and files, for lists and messages. */
  readonly pattern: string;
  /** Whether a folder looks like it: its first folder or label file is there. */
  fits(folder: string): Promise<boolean>;
  /**
   * Finds every case.
   *
   * @throws BenchmarkError naming what is missing
   */
  read(folder: string, set: BenchmarkSet): Promise<BenchmarkCase[]>;
}
