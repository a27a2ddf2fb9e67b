import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OutcomePolicy, outcomePolicySchema, policyId } from '../core/policies/index.ts';
import { type Bundle, type ModelCard, openBundle } from '../model/bundle/index.ts';
import type { OperatingPointEntry } from '../model/bundle/operating-point.ts';
import { remakeBundle } from '../model/bundle/remake-bundle.ts';
import { BundleError } from '../model/errors.ts';
import { forHeads, withPolicyThresholds } from '../model/policies/head-thresholds.ts';
import { type Fate, type PolicyFitReport, policyFitReportSchema } from '../model/policies/index.ts';

/** Policies of a bundle, the first one that by which its heads decide where a program has set nothing. */
export const POLICY_NAMES = ['screening', 'balanced', 'triage'] as const;

/** Set of the card on whose patients the policies were chosen. */
const CHOSEN_ON = 'ODIR-5K, kept patients';
const CAVEAT =
  'ODIR-5K is of hospitals. Patients of a screening programme are less ill, and their cameras are others: other shares will be missed and referred there. Measure your own: retclip policy measure.';
const PROVENANCE = ' Thresholds of diseases: the policy "screening" (docs/operating-points.md).';

interface Chosen {
  readonly policy: OutcomePolicy & { readonly name: string };
  readonly report: PolicyFitReport;
}

async function readChosen(folder: string, name: string): Promise<Chosen> {
  const [policy, report] = await Promise.all(
    [`${name}.json`, `${name}.report.json`].map(async (file) =>
      JSON.parse(await readFile(join(folder, file), 'utf8')),
    ),
  );
  const read = outcomePolicySchema.parse(policy);
  return { policy: { ...read, name }, report: policyFitReportSchema.parse(report) };
}

function shareOf(share: Fate['recall'], patients: number): OperatingPointEntry['missed'] {
  if (share === null) throw new BundleError('A policy was chosen by no patients at all. Choose it again.');
  return { ...share, patients };
}

/** What a card says of a policy: the figures of patients who had no part in its choice. */
function operatingPointOf({ policy, report }: Chosen): OperatingPointEntry {
  const { aim, heldOut, population } = report;
  const { sick, diseases, healthy } = heldOut.figures;
  const { expected, people, prevalence } = population;
  if (expected === null) throw new BundleError(`The report of policy "${policy.name}" counts no population.`);
  const { cleared: _, ...counts } = expected;
  return {
    policy: policy.name,
    policyId: policyId(policy),
    aim,
    data: CHOSEN_ON,
    protocol: `cross-fitted, ${heldOut.folds} parts, ${heldOut.rounds} rounds`,
    missed: shareOf(sick.recall, sick.patients),
    missedBy: Object.fromEntries(
      Object.entries(diseases)
        .filter(([, { patients }]) => patients > 0)
        .map(([disease, { recall, patients }]) => [disease, shareOf(recall, patients)]),
    ),
    cleared: shareOf(healthy.recall, healthy.patients),
    referredHealthy: shareOf(healthy.referred, healthy.patients),
    population: { people, prevalence, ...counts },
    caveat: CAVEAT,
  };
}

/**
 * Makes a bundle again with the policies of a folder, which `bench/operating-points/measure.ts --out` fills: its heads get
 * the thresholds of `screening`, its card what each policy does. The features stay, and so does the id.
 *
 * @throws BundleError if a policy was chosen for other heads, or for another bundle
 */
export async function shipPolicies(from: string, policies: string, out: string): Promise<Bundle> {
  const bundle = await openBundle(from);
  const chosen = await Promise.all(POLICY_NAMES.map((name) => readChosen(policies, name)));
  const [{ policy: screening }] = chosen as [Chosen, ...Chosen[]];
  for (const { policy, report } of chosen) {
    const own = bundle.heads.map(({ name, id }) => `${name} ${id}`);
    const stranger = report.heads.find(({ name, id }) => !own.includes(`${name} ${id}`));
    if (report.model === bundle.manifest.id && stranger === undefined) continue;
    throw new BundleError(
      `Policy "${policy.name}" was chosen for ${stranger === undefined ? `model ${report.model}` : `head "${stranger.name}" (${stranger.id})`}, which is not in "${from}". Choose it for this bundle.`,
    );
  }
  const heads = bundle.heads.map(({ id: _, ...head }) => {
    const { provenance } = head;
    return {
      ...withPolicyThresholds(head, screening),
      provenance: provenance.includes(PROVENANCE) ? provenance : `${provenance}${PROVENANCE}`,
    };
  });
  const pointed = chosen.map(({ policy, report }) => ({ policy: forHeads(policy, heads), report }));
  const { card } = bundle.manifest;
  const withPoints: ModelCard | null = card && { ...card, operatingPoints: pointed.map(operatingPointOf) };
  return remakeBundle(bundle, out, {
    heads,
    policies: pointed.map(({ policy }) => policy),
    card: withPoints,
  });
}
