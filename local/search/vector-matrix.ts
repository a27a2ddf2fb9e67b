import type { Outcome } from '../../core/exams/outcome.ts';
import type { IndexedExam, VectorMatch, VectorQuery } from '../../core/ports/index.ts';

/** Which exam a row is of. */
type RowExam = Pick<IndexedExam['key'], 'patient' | 'exam'> & { readonly outcome: Outcome };

const FIRST_ROWS = 1_024;
/** Products computed in one turn of the event loop: about 2 ms, so that other requests go on meanwhile. */
const PRODUCTS_A_TURN = 2_000_000;

function nameOf(patient: string, exam: string): string {
  return `${patient}\0${exam}`;
}

/** All vectors of one program and model in memory: float32 [rows, embedding], searched exactly. */
export class VectorMatrix {
  #data: Float32Array = new Float32Array();
  /** Channels of a vector; 0 before the first. */
  #embedding = 0;
  readonly #firstRows: number;
  /** `null`: the row is free. */
  readonly #exams: (RowExam | null)[] = [];
  readonly #rows = new Map<string, number>();
  readonly #free: number[] = [];

  /** @param rows how many there will be at first */
  constructor(rows: number) {
    this.#firstRows = Math.max(rows, FIRST_ROWS);
  }

  /** Adds or replaces an exam's vector. */
  set(patient: string, exam: string, outcome: Outcome, vector: Float32Array): void {
    if (this.#embedding === 0) {
      this.#embedding = vector.length;
      this.#data = new Float32Array(this.#firstRows * vector.length);
    }
    const name = nameOf(patient, exam);
    const row = this.#rows.get(name) ?? this.#free.pop() ?? this.#exams.length;
    if ((row + 1) * this.#embedding > this.#data.length) {
      const grown = new Float32Array(this.#data.length * 2);
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data.set(vector, row * this.#embedding);
    this.#exams[row] = { patient, exam, outcome };
    this.#rows.set(name, row);
  }

  delete(patient: string, exam: string): void {
    const name = nameOf(patient, exam);
    const row = this.#rows.get(name);
    if (row === undefined) return;
    this.#rows.delete(name);
    this.#exams[row] = null;
    this.#data.fill(0, row * this.#embedding, (row + 1) * this.#embedding);
    this.#free.push(row);
  }

  /** @param vector of length 1 */
  async search(vector: Float32Array, query: Pick<VectorQuery, 'limit' | 'outcome'>): Promise<VectorMatch[]> {
    const best: VectorMatch[] = [];
    if (vector.length !== this.#embedding) return best;
    const rowsATurn = Math.max(1, Math.floor(PRODUCTS_A_TURN / this.#embedding));
    for (let from = 0; from < this.#exams.length; from += rowsATurn) {
      if (from > 0) await new Promise(setImmediate);
      this.#searchRows(from, Math.min(from + rowsATurn, this.#exams.length), vector, query, best);
    }
    return best;
  }

  #searchRows(
    from: number,
    to: number,
    vector: Float32Array,
    { limit, outcome }: Pick<VectorQuery, 'limit' | 'outcome'>,
    best: VectorMatch[],
  ): void {
    let least = best.length < limit ? Number.NEGATIVE_INFINITY : (best.at(-1)?.similarity ?? 0);
    for (let row = from; row < to; row += 1) {
      const similarity = product(this.#data, row * this.#embedding, vector);
      if (similarity <= least) continue;
      const exam = this.#exams[row];
      if (!exam || (outcome !== undefined && exam.outcome !== outcome)) continue;
      const place = best.findIndex((match) => match.similarity < similarity);
      const match = { patient: exam.patient, exam: exam.exam, similarity };
      best.splice(place === -1 ? best.length : place, 0, match);
      if (best.length > limit) best.pop();
      if (best.length === limit) least = best.at(-1)?.similarity ?? least;
    }
  }
}

/** Four sums at once: each addition need not wait for the one before. */
function product(data: Float32Array, start: number, vector: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const { length } = vector;
  const whole = length - (length % 4);
  for (let index = 0; index < whole; index += 4) {
    const place = start + index;
    a += (data[place] as number) * (vector[index] as number);
    b += (data[place + 1] as number) * (vector[index + 1] as number);
    c += (data[place + 2] as number) * (vector[index + 2] as number);
    d += (data[place + 3] as number) * (vector[index + 3] as number);
  }
  for (let index = whole; index < length; index += 1) {
    a += (data[start + index] as number) * (vector[index] as number);
  }
  return a + b + c + d;
}
