import { allResults, expectThat, PROGRAM, type Stage } from './stage.ts';

/** Everything in the account that still tells of a patient: where, and how. */
export async function tracesOf({ stores, account }: Stage, patient: string): Promise<readonly string[]> {
  const bytes = Buffer.from(patient);
  const traces: string[] = [];
  for (const { key, versionId, isDeleteMarker } of await stores.versions()) {
    if (key.startsWith('models/')) continue;
    const isNamed = key.includes(patient);
    const isWithin = !isDeleteMarker && (await stores.get(key, versionId)).includes(bytes);
    if (isNamed || isWithin) traces.push(`s3 ${key}`);
  }
  for (const item of await stores.items())
    if (item.includes(patient)) traces.push(`dynamodb ${item.slice(0, 80)}`);
  if (account.vectors.content().includes(patient)) traces.push('s3vectors');
  return traces;
}

/** Erases a patient. @returns where something of it can still be found */
export async function erasePatient(stage: Stage): Promise<readonly string[]> {
  const patient = '患者5';
  expectThat((await tracesOf(stage, patient)).length > 0, 'traces of a patient that is there');
  await stage.operator.insist(
    'stack',
    0,
    'patient',
    'erase',
    patient,
    '--program',
    PROGRAM,
    '--yes',
    '--json',
  );
  const left = (await allResults(stage)).filter((result) => result.patient === patient);
  expectThat(left.length === 0, 'no result of an erased patient', left);
  const traces = await tracesOf(stage, patient);
  const lasting = traces.filter((trace) =>
    /^(?:s3 (?:images|features|contents|results)\/|dynamodb|s3vectors)/.test(trace),
  );
  expectThat(
    lasting.length === 0,
    'nothing of an erased patient in images, results, features, index and table',
    lasting,
  );
  return traces;
}
