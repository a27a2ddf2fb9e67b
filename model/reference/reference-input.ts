/** Pictures and texts on which a bundle's features are stored: the same for every model of a size. */
export interface ReferenceInput {
  /** uint8 [2, size, size, 3]: a left and a right eye. */
  readonly pixels: Uint8Array;
  /** Token ids of two texts, a short and a full one. */
  readonly tokens: readonly BigInt64Array[];
}

/** A small generator of repeatable numbers below 2³². Numerical Recipes, "quick and dirty". */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
}

/** A round, reddish field with noise: near enough to a photograph to reach the usual activations. */
function image(size: number, seed: number): Uint8Array {
  const next = generator(seed);
  const pixels = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const distance = Math.hypot(x / size - 0.5, y / size - 0.5);
      const light = distance < 0.48 ? 1 - distance : 0;
      [190, 100, 50].forEach((base, channel) => {
        pixels[(y * size + x) * 3 + channel] = light === 0 ? 0 : Math.round(base * light + (next() >>> 27));
      });
    }
  }
  return pixels;
}

function tokensOf(length: number, used: number, vocabulary: number, seed: number): BigInt64Array {
  const next = generator(seed);
  return BigInt64Array.from({ length }, (_, index) =>
    index < used ? BigInt(1 + ((next() >>> 8) % (vocabulary - 1))) : 0n,
  );
}

/** Makes the reference input for a model's size. */
export function referenceInput(imageSize: number, contextLength: number, vocabulary: number): ReferenceInput {
  const left = image(imageSize, 1);
  const right = image(imageSize, 2);
  const pixels = new Uint8Array(left.length + right.length);
  pixels.set(left);
  pixels.set(right, left.length);
  const short = tokensOf(contextLength, Math.min(8, contextLength), vocabulary, 3);
  return { pixels, tokens: [short, tokensOf(contextLength, contextLength, vocabulary, 4)] };
}
