/** Pairs of steps and gradient changes kept. */
const MEMORY = 10;
/** Share of the expected decrease that a step must reach. */
const SUFFICIENT = 1e-4;
const MOST_HALVINGS = 15;

export interface LimitedMemoryOptions {
  readonly tolerance: number;
  /** Relative error of losses. */
  readonly precision: number;
  /** Rows that the loss is summed over. */
  readonly count: number;
  /** Weights of one column, the bias last. */
  readonly stride: number;
  readonly penalty: number;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

/** `a += factor · b` */
function addScaled(a: Float64Array, factor: number, b: Float64Array): void {
  for (let index = 0; index < a.length; index += 1) (a[index] as number) += factor * (b[index] as number);
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly product: number;
}

/**
 * One convex problem under limited-memory BFGS, told its loss and gradient at the points that it asks for.
 *
 * @see Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4, with a diagonal first guess of the inverse curvature
 */
export class LimitedMemory {
  /** The best weights so far. */
  weights: Float64Array;
  /** Where the loss is to be evaluated next. */
  trial: Float64Array;
  done = false;
  readonly #scale: Float64Array;
  readonly #options: LimitedMemoryOptions;
  readonly #pairs: Pair[] = [];
  #value = Number.POSITIVE_INFINITY;
  #gradient: Float64Array | undefined;
  #direction = new Float64Array();
  #slope = 0;
  #length = 1;
  #halvings = 0;
  /** Decrease of the loss by the last step. */
  #gain = Number.POSITIVE_INFINITY;
  #standstills = 0;

  /** @param scale expected inverse curvature of the mean loss, weight by weight */
  constructor(start: Float64Array, scale: Float64Array, options: LimitedMemoryOptions) {
    this.weights = Float64Array.from(start);
    this.trial = Float64Array.from(start);
    this.#scale = scale;
    this.#options = options;
  }

  /**
   * @param loss at `trial`, summed over the rows, without penalty
   * @param gradient of it
   */
  take(loss: number, gradient: Float64Array): void {
    if (this.done) return;
    const { count, penalty, stride, precision } = this.#options;
    let norm = 0;
    const slope = new Float64Array(gradient.length);
    for (let index = 0; index < gradient.length; index += 1) {
      const isBias = (index + 1) % stride === 0;
      const weight = isBias ? 0 : (this.trial[index] as number);
      norm += weight * weight;
      slope[index] = ((gradient[index] as number) + penalty * weight) / count;
    }
    const value = (loss + (penalty / 2) * norm) / count;
    const before = this.#gradient;
    const slack = precision * Math.abs(this.#value);
    if (before !== undefined && !(value <= this.#value + SUFFICIENT * this.#length * this.#slope + slack)) {
      this.#shorten(value);
      return;
    }
    if (before !== undefined) {
      this.#gain = this.#value - value;
      this.#remember(slope, before);
    }
    this.#value = value;
    this.#gradient = slope;
    this.weights = this.trial;
    this.#aim();
  }

  #remember(gradient: Float64Array, before: Float64Array): void {
    const step = Float64Array.from(this.trial, (value, index) => value - (this.weights[index] as number));
    const change = Float64Array.from(gradient, (value, index) => value - (before[index] as number));
    const product = dot(step, change);
    if (!(product > 1e-12 * Math.sqrt(dot(step, step) * dot(change, change)))) return;
    this.#pairs.push({ step, change, product });
    if (this.#pairs.length > MEMORY) this.#pairs.shift();
  }

  /** The step went too far: the minimum of the parabola through what is known, within limits. */
  #shorten(value: number): void {
    this.#halvings += 1;
    if (this.#halvings > MOST_HALVINGS) {
      this.done = true;
      return;
    }
    const length = this.#length;
    const parabola = (-this.#slope * length * length) / (2 * (value - this.#value - this.#slope * length));
    this.#length = Number.isFinite(parabola)
      ? Math.min(0.5 * length, Math.max(0.1 * length, parabola))
      : 0.1 * length;
    this.#go();
  }

  #aim(): void {
    const gradient = this.#gradient as Float64Array;
    const direction = gradient.map((value) => -value);
    const factors: number[] = [];
    for (const { step, change, product } of this.#pairs.toReversed()) {
      const factor = dot(step, direction) / product;
      factors.push(factor);
      addScaled(direction, -factor, change);
    }
    const newest = this.#pairs.at(-1);
    let guess = 1;
    if (newest !== undefined) {
      let scaled = 0;
      newest.change.forEach((value, index) => {
        scaled += value * value * (this.#scale[index] as number);
      });
      guess = newest.product / scaled;
    }
    for (let index = 0; index < direction.length; index += 1) {
      (direction[index] as number) *= guess * (this.#scale[index] as number);
    }
    for (const { step, change, product } of this.#pairs) {
      const factor = factors.pop() ?? 0;
      addScaled(direction, factor - dot(change, direction) / product, step);
    }
    this.#direction = direction;
    const slope = dot(gradient, direction);
    // Where losses are too alike to tell, the slope still does; where that stays as well, nothing is to be gained.
    const isStill =
      this.#gain <= this.#options.precision * Math.abs(this.#value) && slope < 0.25 * this.#slope;
    this.#standstills = isStill ? this.#standstills + 1 : 0;
    this.#slope = slope;
    this.#length = 1;
    this.#halvings = 0;
    if (!(-this.#slope / 2 > this.#options.tolerance) || this.#standstills >= 2) this.done = true;
    else this.#go();
  }

  #go(): void {
    const trial = Float64Array.from(this.weights);
    addScaled(trial, this.#length, this.#direction);
    this.trial = trial;
  }
}
