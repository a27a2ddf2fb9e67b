import { ObjectNotFoundError } from '../errors.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { FindingCounts } from './findings.ts';
import type { ReconciliationRecord } from './reconciliation-record.ts';
import { recordKey, StoredRecord } from './stored-record.ts';

function withoutNames(findings: FindingCounts, isOfPatient: (example: string) => boolean): FindingCounts {
  const kept = Object.entries(findings).map(([name, count]) => {
    return [name, { ...count, examples: count.examples.filter((example) => !isOfPatient(example)) }];
  });
  return Object.fromEntries(kept);
}

function withoutPatient(
  record: ReconciliationRecord,
  program: string,
  patient: string,
): ReconciliationRecord {
  const mark = `${program}/${patient}/`;
  const isOfPatient = (example: string) => example.startsWith(mark) || example.includes(`/${mark}`);
  const stages = Object.entries(record.stages).map(([name, stage]) => {
    return [name, { ...stage, findings: withoutNames(stage.findings, isOfPatient) }];
  });
  const { run } = record;
  // A run that is under way knows its place by the keys it came to: it starts its stages again.
  const again = <Standing extends { readonly findings: FindingCounts }>(standing: Standing) => ({
    ...standing,
    ...{ position: null, findings: withoutNames(standing.findings, isOfPatient) },
  });
  const paused = Object.entries(run?.paused ?? {}).map(([name, progress]) => [name, again(progress)]);
  return {
    ...record,
    stages: Object.fromEntries(stages),
    run:
      run === null
        ? null
        : { ...again(run), ...(run.paused === undefined ? {} : { paused: Object.fromEntries(paused) }) },
  };
}

/**
 * Takes the names of a patient who is erased out of what the reconciler has found; the findings stay counted.
 *
 * @throws ReconciliationBusyError if a reconciliation writes at the same time: to be repeated
 */
export async function forgetInReconciliations(
  store: ObjectStore,
  program: string,
  patient: string,
): Promise<void> {
  for (const isDry of [false, true]) {
    for (const named of [program, null]) {
      const scope = { program: named, isDry };
      if ((await store.head(recordKey(scope))) === undefined) continue;
      try {
        const stored = await StoredRecord.read(store, scope);
        await stored.write(withoutPatient(stored.content, program, patient));
      } catch (error) {
        if (!(error instanceof ObjectNotFoundError)) throw error;
      }
    }
  }
}
