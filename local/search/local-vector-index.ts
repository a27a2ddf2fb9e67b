import type { ExamKey } from '../../core/exams/exam-key.ts';
import type {
  ExamOfProgram,
  IndexedExam,
  Page,
  PageRequest,
  VectorIndex,
  VectorMatch,
  VectorQuery,
} from '../../core/ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';
import { checkQuery, normalized } from '../../core/search/vectors.ts';
import { VectorFile } from './vector-file.ts';
import { VectorMatrix } from './vector-matrix.ts';

/** Programs whose vectors are kept in memory at once; 100,000 exams of 512 channels are 205 MB. */
const MATRICES_KEPT = 4;
const ROWS_A_TURN = 1_000;

interface LoadedMatrix {
  readonly matrix: VectorMatrix;
  readonly loaded: Promise<void>;
}

/**
 * Exact search on one machine: vectors in a file, those of the programs that are searched in memory as well. Opened
 * when it is first needed, by one process at a time.
 */
export class LocalVectorIndex implements VectorIndex {
  readonly #open: () => VectorFile;
  #file: VectorFile | undefined;
  /** By program and model, the one used last at the end. */
  readonly #matrices = new Map<string, LoadedMatrix>();

  constructor(file: string, directory: string) {
    this.#open = () => new VectorFile(file, directory);
  }

  /** The file, for those who feed it. */
  get file(): VectorFile {
    this.#file ??= this.#open();
    return this.#file;
  }

  async put(exams: readonly IndexedExam[]): Promise<void> {
    if (exams.length === 0) return;
    this.file.put(exams);
    for (const { key, model, outcome, vector } of exams) {
      for (const [name, { matrix }] of this.#matrices) {
        const [program, of] = JSON.parse(name);
        if (program !== key.program) continue;
        if (of === model) matrix.set(key.patient, key.exam, outcome, vector);
        else matrix.delete(key.patient, key.exam);
      }
    }
  }

  async search(query: VectorQuery): Promise<readonly VectorMatch[]> {
    checkQuery(query);
    const vector = normalized(query.vector);
    const { matrix, loaded } = this.#matrixOf(query.program, query.model);
    await loaded;
    return matrix.search(vector, query);
  }

  async vectorOf({ program, patient, exam }: ExamKey, model: string): Promise<Float32Array | undefined> {
    return this.file.vectorOf(program, patient, exam, model);
  }

  async list(program: string, page: PageRequest): Promise<Page<ExamOfProgram>> {
    checkLimit(page.limit);
    const list = `vectors:${program}`;
    const [after = 0] = decodeCursor(list, page.cursor) ?? [];
    const found = this.file.exams(program, Number(after), page.limit);
    const items = found.map(({ patient, exam }) => ({ patient, exam }));
    const last = found.at(-1);
    return last === undefined || found.length < page.limit
      ? { items }
      : { items, cursor: encodeCursor(list, [last.place]) };
  }

  async missing(
    program: string,
    model: string,
    exams: readonly ExamOfProgram[],
  ): Promise<readonly ExamOfProgram[]> {
    return exams.filter(({ patient, exam }) => !this.file.has(program, patient, exam, model));
  }

  async remove(program: string, patient: string, exams: readonly string[]): Promise<void> {
    if (exams.length === 0) return;
    this.file.remove(program, patient, exams);
    for (const [name, { matrix }] of this.#matrices) {
      if (JSON.parse(name)[0] !== program) continue;
      for (const exam of exams) matrix.delete(patient, exam);
    }
  }

  /** Writes the file again without what was removed. */
  rebuild(): void {
    this.file.rebuild();
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#matrices.clear();
  }

  #matrixOf(program: string, model: string): LoadedMatrix {
    const name = JSON.stringify([program, model]);
    let known = this.#matrices.get(name);
    if (known === undefined) {
      const matrix = new VectorMatrix(this.file.count(program, model));
      const loaded = this.#load(program, model, matrix);
      loaded.catch(() => this.#matrices.delete(name));
      known = { matrix, loaded };
    }
    this.#matrices.delete(name);
    this.#matrices.set(name, known);
    const [oldest] = this.#matrices.keys();
    if (this.#matrices.size > MATRICES_KEPT && oldest !== undefined) this.#matrices.delete(oldest);
    return known;
  }

  /** In parts, so that other requests go on meanwhile. What is put meanwhile is put into the matrix as well. */
  async #load(program: string, model: string, matrix: VectorMatrix): Promise<void> {
    let place = 0;
    for (;;) {
      const page = this.file.page(program, model, place, ROWS_A_TURN);
      for (const { patient, exam, outcome, vector } of page) matrix.set(patient, exam, outcome, vector);
      const last = page.at(-1);
      if (last === undefined || page.length < ROWS_A_TURN) return;
      place = last.place;
      await new Promise(setImmediate);
    }
  }
}
