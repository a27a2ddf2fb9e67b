/**
 * Probability of at most `successes` among `trials`, each by itself with probability `share`.
 *
 * @example binomialAtMost(1, 28, 0.1) // 0.215
 */
export function binomialAtMost(successes: number, trials: number, share: number): number {
  // By logarithms: (1 - share) ** trials alone is below the smallest number for a large cohort.
  let term = trials * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let count = 1; count <= Math.min(successes, trials); count += 1) {
    term += Math.log((trials - count + 1) / count) + Math.log(share / (1 - share));
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

/**
 * How many of a sample's patients may be missed, so that of all such patients no more than `limit` are missed, with the
 * given confidence: the most for which the one-sided upper bound of Clopper and Pearson (1934) does not pass the limit.
 * For a threshold that follows the sample's scores this holds without any assumption about their distribution (Wilks
 * 1941).
 *
 * @param limit above 0 and below 1
 * @returns -1 if even none missed would promise nothing: there are too few patients
 * @example allowedMisses(131, 0.1, 0.8) // 9
 */
export function allowedMisses(patients: number, limit: number, confidence: number): number {
  let misses = -1;
  while (misses < patients - 1 && binomialAtMost(misses + 1, patients, limit) <= 1 - confidence + 1e-12) {
    misses += 1;
  }
  return misses;
}

/**
 * Patients that are needed to promise a limit at all: with none of them missed.
 *
 * @example neededPatients(0.1, 0.8) // 16
 */
export function neededPatients(limit: number, confidence: number): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(1 - limit) - 1e-9);
}
