import { PictureRandom } from './random.ts';

/** One hidden layer of rectified units, then a logistic answer for each output. Row by row. */
export interface Network {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
  /** [hidden, inputs] and [hidden]. */
  readonly hidden: Float64Array;
  readonly hiddenBias: Float64Array;
  /** [outputs, hidden] and [outputs]. */
  readonly output: Float64Array;
  readonly outputBias: Float64Array;
}

export interface Taught {
  readonly features: Float32Array;
  /** 0, 1 or, where nothing is known, NaN. */
  readonly targets: Float64Array;
  /** Of each answer. */
  readonly weights: Float64Array;
}

export interface FitOptions {
  readonly seed: string;
  readonly units: number;
  readonly epochs: number;
  readonly rate: number;
  readonly decay: number;
  readonly dropped: number;
}

const FARTHEST = 6;

/** Adam, as of Kingma and Ba (2015), with decay apart from the gradient (Loshchilov and Hutter 2019). */
class Moving {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  constructor(values: Float64Array) {
    this.values = values;
    this.gradient = new Float64Array(values.length);
    this.#first = new Float64Array(values.length);
    this.#second = new Float64Array(values.length);
  }
  step(rate: number, decay: number, time: number): void {
    const first = 1 - 0.9 ** time;
    const second = 1 - 0.999 ** time;
    for (let place = 0; place < this.values.length; place += 1) {
      const slope = this.gradient[place] ?? 0;
      const m = 0.9 * (this.#first[place] ?? 0) + 0.1 * slope;
      const v = 0.999 * (this.#second[place] ?? 0) + 0.001 * slope * slope;
      this.#first[place] = m;
      this.#second[place] = v;
      const value = this.values[place] ?? 0;
      this.values[place] = value - rate * (m / first / (Math.sqrt(v / second) + 1e-8) + decay * value);
      this.gradient[place] = 0;
    }
  }
}

function standardization(taught: readonly Taught[], inputs: number) {
  const mean = new Float64Array(inputs);
  const scale = new Float64Array(inputs);
  for (const { features } of taught)
    for (let i = 0; i < inputs; i += 1) mean[i] = (mean[i] ?? 0) + (features[i] ?? 0) / taught.length;
  for (const { features } of taught)
    for (let i = 0; i < inputs; i += 1)
      scale[i] = (scale[i] ?? 0) + ((features[i] ?? 0) - (mean[i] ?? 0)) ** 2 / taught.length;
  return { mean, scale: scale.map((variance) => 1 / (Math.sqrt(variance) + 1e-4)) };
}

/** Fits a network by the weighted cross-entropy of the answers that are known. */
export function fitNetwork(taught: readonly Taught[], options: FitOptions): Network {
  const random = new PictureRandom(options.seed);
  const inputs = taught[0]?.features.length ?? 0;
  const outputs = taught[0]?.targets.length ?? 0;
  const { units } = options;
  const { mean, scale } = standardization(taught, inputs);
  const rows = taught.map(({ features }) =>
    Float64Array.from({ length: inputs }, (_, i) =>
      Math.max(-FARTHEST, Math.min(FARTHEST, ((features[i] ?? 0) - (mean[i] ?? 0)) * (scale[i] ?? 0))),
    ),
  );
  const hidden = new Moving(
    Float64Array.from({ length: units * inputs }, () => random.normal() * Math.sqrt(1 / inputs)),
  );
  const hiddenBias = new Moving(new Float64Array(units));
  const output = new Moving(
    Float64Array.from({ length: outputs * units }, () => random.normal() * Math.sqrt(1 / units)),
  );
  const outputBias = new Moving(new Float64Array(outputs));
  const order = taught.map((_, index) => index);
  const batch = 64;
  const steps = Math.ceil(taught.length / batch) * options.epochs;
  let time = 0;
  const active = new Float64Array(units);
  const back = new Float64Array(units);
  const keep = Float64Array.from({ length: inputs }, () => 1);
  for (let epoch = 0; epoch < options.epochs; epoch += 1) {
    for (let place = order.length - 1; place > 0; place -= 1) {
      const other = Math.floor(random.next() * (place + 1));
      [order[place], order[other]] = [order[other] as number, order[place] as number];
    }
    for (let begin = 0; begin < order.length; begin += batch) {
      for (let i = 0; i < inputs; i += 1)
        keep[i] = random.chance(options.dropped) ? 0 : 1 / (1 - options.dropped);
      const chosen = order.slice(begin, begin + batch);
      for (const index of chosen) {
        const row = rows[index] as Float64Array;
        const { targets, weights } = taught[index] as Taught;
        for (let u = 0; u < units; u += 1) {
          let sum = hiddenBias.values[u] ?? 0;
          const from = u * inputs;
          for (let i = 0; i < inputs; i += 1)
            sum += (hidden.values[from + i] as number) * (row[i] as number) * (keep[i] as number);
          active[u] = sum > 0 ? sum : 0;
          back[u] = 0;
        }
        for (let o = 0; o < outputs; o += 1) {
          const target = targets[o] as number;
          if (Number.isNaN(target)) continue;
          let sum = outputBias.values[o] ?? 0;
          for (let u = 0; u < units; u += 1)
            sum += (output.values[o * units + u] as number) * (active[u] as number);
          const error = ((1 / (1 + Math.exp(-sum)) - target) * (weights[o] ?? 1)) / chosen.length;
          outputBias.gradient[o] = (outputBias.gradient[o] ?? 0) + error;
          for (let u = 0; u < units; u += 1) {
            const p = o * units + u;
            output.gradient[p] = (output.gradient[p] as number) + error * (active[u] as number);
            back[u] = (back[u] as number) + error * (output.values[p] as number);
          }
        }
        for (let u = 0; u < units; u += 1) {
          const slope = back[u] as number;
          if ((active[u] as number) <= 0 || slope === 0) continue;
          hiddenBias.gradient[u] = (hiddenBias.gradient[u] as number) + slope;
          const from = u * inputs;
          for (let i = 0; i < inputs; i += 1)
            hidden.gradient[from + i] =
              (hidden.gradient[from + i] as number) + slope * (row[i] as number) * (keep[i] as number);
        }
      }
      time += 1;
      const rate = options.rate * (0.5 + 0.5 * Math.cos((Math.PI * time) / (steps + 1)));
      hidden.step(rate, options.decay, time);
      hiddenBias.step(rate, 0, time);
      output.step(rate, options.decay, time);
      outputBias.step(rate, 0, time);
    }
  }
  return {
    mean,
    scale,
    hidden: hidden.values,
    hiddenBias: hiddenBias.values,
    output: output.values,
    outputBias: outputBias.values,
  };
}

/** Logits of a network, of an input that is not standardized yet. */
export function answersOf(network: Network, features: Float32Array): Float64Array {
  const { mean, scale, hidden, hiddenBias, output, outputBias } = network;
  const inputs = mean.length;
  const active = hiddenBias.map((bias, u) => {
    let sum = bias;
    for (let i = 0; i < inputs; i += 1) {
      const value = ((features[i] ?? 0) - (mean[i] ?? 0)) * (scale[i] ?? 0);
      sum += (hidden[u * inputs + i] ?? 0) * Math.max(-FARTHEST, Math.min(FARTHEST, value));
    }
    return Math.max(0, sum);
  });
  return outputBias.map((bias, o) =>
    active.reduce((sum, value, u) => sum + (output[o * active.length + u] ?? 0) * value, bias),
  );
}
