import type { Agreement } from '../agreement.ts';

/** Evidence that suffices, changed as told. */
export function agreementOf(change: Partial<Agreement> & { readonly patients?: number } = {}): Agreement {
  const { patients = 400, ...rest } = change;
  return {
    photographs: {
      source: 'clinic',
      patients,
      exams: patients,
      images: 2 * patients,
      sha256: 'ab'.repeat(32),
    },
    heads: [{ name: 'odir', id: 'h1' }],
    findings: 8 * patients,
    changedFindings: 4,
    changed: 4,
    largestShift: 0.02,
    leastCosine: 0.9995,
    bound: { changedShare: 0.01, patients: 100 },
    offered: true,
    runtime: 'onnxruntime-node, cpu',
    ...rest,
  };
}
