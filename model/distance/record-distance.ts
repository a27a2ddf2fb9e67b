import { LATERALITIES } from '../../core/exams/laterality.ts';
import {
  FeatureDistance,
  type MeasuredRate,
  type StoredDistance,
} from '../../core/features/feature-distance.ts';
import { amendManifest } from '../bundle/amend-manifest.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import type { FeaturesFile } from '../cohort/features-file.ts';
import { CohortError } from '../errors.ts';
import { wilsonInterval } from '../evaluation/metrics/wilson-interval.ts';
import { fitDistance } from './fit-distance.ts';

/** A cohort's features, by the name of their file. */
export interface NamedFeatures {
  readonly source: string;
  readonly file: FeaturesFile;
}

/** `visual` of every gradable eye, and whose it is. */
async function gradableEyes({ source, file }: NamedFeatures, { manifest }: Pick<Bundle, 'manifest'>) {
  if (file.origin.model !== manifest.id) {
    throw new CohortError(
      `The features in "${source}" are of another model. Embed the photographs with this bundle.`,
    );
  }
  const rows = file.exams.flatMap(({ patient }, row) =>
    LATERALITIES.filter((eye) => file.eyeState(row, eye) === 'gradable').map((eye) => ({
      row,
      eye,
      patient,
    })),
  );
  return { rows, visual: await file.read('visual', rows) };
}

/** The largest distance of each patient's eyes. */
async function furthestEyes(
  named: NamedFeatures,
  bundle: Pick<Bundle, 'manifest'>,
  distance: FeatureDistance,
): Promise<number[]> {
  const { embedding } = bundle.manifest.geometry;
  const { rows, visual } = await gradableEyes(named, bundle);
  const furthest = new Map<string, number>();
  rows.forEach(({ patient }, index) => {
    const far = distance.of(visual.subarray(index * embedding, (index + 1) * embedding));
    furthest.set(patient, Math.max(furthest.get(patient) ?? 0, far));
  });
  return [...furthest.values()];
}

/** Patients, at least, on whom a threshold can be set: of fewer, one is more than the rate. */
function leastPatients(rate: number): number {
  return Math.ceil(1 / rate);
}

/**
 * The distance that a share of patients lies beyond: of 100 patients and a share of 0.01 between the two furthest.
 *
 * @param distances of patients whom the model was not trained on, one for each
 * @throws CohortError if there are too few of them for the share
 */
export function thresholdOf(distances: readonly number[], rate: number): number {
  if (distances.length < leastPatients(rate)) {
    throw new CohortError(
      `A rate of ${rate} needs ${leastPatients(rate)} patients that the model was not trained on, and ${distances.length} were given.`,
    );
  }
  const sorted = distances.toSorted((a, b) => b - a);
  const beyond = Math.floor(rate * distances.length);
  return ((sorted[beyond - 1] ?? 0) + (sorted[beyond] ?? 0)) / 2;
}

function rateOf(source: string, distances: readonly number[], threshold: number): MeasuredRate {
  const flagged = distances.filter((distance) => distance > threshold).length;
  return { source, patients: distances.length, flagged, ...wilsonInterval(flagged, distances.length) };
}

/**
 * Fits how far features lie from those of training, sets the threshold that flags a share of patients whom the model was not trained
 * on, and measures it on other sets. Ungradable eyes count nowhere, as the pipeline gives them to no model.
 *
 * @throws CohortError if features are of another bundle, or too few
 */
export async function measureDistance(
  bundle: Pick<Bundle, 'manifest'>,
  sets: {
    readonly training: NamedFeatures;
    readonly kept: NamedFeatures;
    readonly others: readonly NamedFeatures[];
  },
  rate: number,
): Promise<StoredDistance> {
  const { training, kept, others } = sets;
  const { embedding } = bundle.manifest.geometry;
  const { rows, visual } = await gradableEyes(training, bundle);
  const fitted = fitDistance(visual, embedding);
  const distance = new FeatureDistance({ ...fitted, threshold: 1 });
  const known = await furthestEyes(kept, bundle, distance);
  const threshold = thresholdOf(known, rate);
  const measured = [rateOf(kept.source, known, threshold)];
  for (const other of others) {
    const distances = await furthestEyes(other, bundle, distance);
    if (distances.length > 0) measured.push(rateOf(other.source, distances, threshold));
  }
  return { ...fitted, threshold, rate, fittedTo: { source: training.source, eyes: rows.length }, measured };
}

/**
 * Writes the distance into a bundle's manifest, in place of a former one. The bundle keeps its id.
 *
 * @throws BundleError if the manifest cannot be written
 */
export function recordDistance(bundle: Bundle, distance: StoredDistance): Promise<Bundle> {
  return amendManifest(bundle, 'The distance of features', (manifest) => {
    manifest.distance = distance;
  });
}
