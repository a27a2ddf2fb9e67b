/** The tensors of a file that together, row by row, are one canonical tensor. */
export type Source = readonly string[];

/** A canonical tensor: its name, its shape, and where checkpoints keep it, in any of their variants. */
export interface CanonicalTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly sources: readonly Source[];
}

export function plain(name: string, shape: readonly number[], ...others: Source[]): CanonicalTensor {
  return { name, shape, sources: [[name], ...others] };
}

/** A linear layer: `weight` [out, in] and `bias` [out]. */
export function linear(name: string, output: number, input: number): CanonicalTensor[] {
  return [plain(`${name}.weight`, [output, input]), plain(`${name}.bias`, [output])];
}

export function norm(name: string, width: number): CanonicalTensor[] {
  return [plain(`${name}.weight`, [width]), plain(`${name}.bias`, [width])];
}

/** A batch norm: its scale and offset, and the mean and variance that training has seen. */
export function batchNorm(name: string, width: number): CanonicalTensor[] {
  return ['weight', 'bias', 'running_mean', 'running_var'].map((part) => plain(`${name}.${part}`, [width]));
}

/**
 * Query, key and value in one tensor. Checkpoints keep them fused as `in_proj_*`, fused as `Wqkv.*` when they were
 * trained with flash-attention, or one by one.
 */
export function fusedAttention(attention: string, width: number): CanonicalTensor[] {
  const variants = (part: 'weight' | 'bias'): Source[] => [
    [`${attention}.in_proj_${part}`],
    [`${attention}.Wqkv.${part}`],
    ['query', 'key', 'value'].map((name) => `${attention}.${name}.${part}`),
    ['q_proj', 'k_proj', 'v_proj'].map((name) => `${attention}.${name}.${part}`),
  ];
  return [
    { name: `${attention}.in_proj_weight`, shape: [3 * width, width], sources: variants('weight') },
    { name: `${attention}.in_proj_bias`, shape: [3 * width], sources: variants('bias') },
  ];
}

/** The tensors of several layers, in order. */
export function each(count: number, make: (index: number) => CanonicalTensor[]): CanonicalTensor[] {
  return Array.from({ length: count }, (_, index) => make(index)).flat();
}
