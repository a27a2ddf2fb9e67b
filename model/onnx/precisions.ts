/** Number formats that a graph computes in: fp16 for GPUs, int8 for CPUs. */
export const PRECISIONS = ['fp32', 'fp16', 'int8'] as const;
export type Precision = (typeof PRECISIONS)[number];
