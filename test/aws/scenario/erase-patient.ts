import { MODELS_PREFIX } from '../../../core/activation/active-model.ts';
import { readErasure } from '../../../core/erasures/erasure-record.ts';
import { type Needles, needlesOf } from './needles.ts';
import { reconcileHourly } from './reconcile-all.ts';
import { allResults, expectThat, PROGRAM, type Stage } from './stage.ts';

const PATIENT = '患者5';
/** In how many places something of a patient is found: before the erasure, after it, and after its second look. */
export interface ErasureTraces {
  readonly needles: number;
  readonly before: number;
  readonly atOnce: number;
  readonly inTheEnd: number;
}

/** Longer than the look for what late writers left is waited for, in milliseconds. */
const LATER = 60 * 60_000;

/** Everything in the account that still tells of a patient: what of it, and where. */
async function tracesOf({ stores, account }: Stage, needles: Needles): Promise<readonly string[]> {
  const traces: string[] = [];
  const search = (place: string, bytes: Buffer): void => {
    for (const [what, needle] of needles) if (bytes.includes(needle)) traces.push(`${what} in ${place}`);
  };
  for (const { key, versionId, isDeleteMarker } of await stores.versions()) {
    if (key.startsWith(MODELS_PREFIX)) continue;
    search(`s3 ${key}, its key`, Buffer.from(key));
    if (!isDeleteMarker) search(`s3 ${key}`, await stores.get(key, versionId));
  }
  for (const key of await stores.preparedKeys()) {
    search(`s3 ${key}, its key`, Buffer.from(key));
    search(`s3 ${key}`, Buffer.from((await stores.prepared.get(key)) ?? []));
  }
  for (const item of await stores.items()) search(`dynamodb ${item.slice(0, 80)}`, Buffer.from(item));
  search('s3vectors', Buffer.from(account.vectors.content()));
  return traces;
}

/** Lets an hour pass for every erasure that waits for its second look, then calls the function that looks. */
async function lookAgain(stage: Stage): Promise<void> {
  const { stores } = stage;
  const { objects } = stores;
  for (const { key } of (await objects.list('erasures/', { limit: 100 })).items) {
    const record = await readErasure(objects, key);
    if (record?.lookAgainAt == null) continue;
    const lookAgainAt = new Date(Date.parse(record.lookAgainAt) - LATER).toISOString();
    await stores.put(key, Buffer.from(JSON.stringify({ ...record, lookAgainAt })));
  }
  await reconcileHourly(stage);
}

/**
 * Erases a patient, and looks for its pseudonym, photographs, pixels, features and probabilities in every byte of the account's
 * stores: at once, and after the second look.
 */
export async function erasePatient(stage: Stage): Promise<ErasureTraces> {
  const needles = await needlesOf(stage, PATIENT);
  const before = await tracesOf(stage, needles);
  const unfound = [...needles.keys()].filter(
    (what) => !before.some((trace) => trace.startsWith(`${what} in`)),
  );
  expectThat(unfound.length === 0, 'everything of a patient who is there to be found', unfound);
  const pixels = [...needles.keys()].filter((what) => what.endsWith('its pixels'));
  expectThat(pixels.length === 2, 'pixels of both eyes of a patient', pixels);
  const words = ['patient', 'erase', PATIENT, '--program', PROGRAM, '--yes', '--json'];
  await stage.operator.insist('stack', 0, ...words);
  const left = (await allResults(stage)).filter(({ patient }) => patient === PATIENT);
  expectThat(left.length === 0, 'no result of an erased patient', left);
  const atOnce = await tracesOf(stage, needles);
  const elsewhere = atOnce.filter((trace) => !trace.includes('in s3 erasures/'));
  expectThat(elsewhere.length === 0, 'nothing of an erased patient but the record of the erasure', elsewhere);
  await lookAgain(stage);
  const inTheEnd = await tracesOf(stage, needles);
  expectThat(inTheEnd.length === 0, 'nothing at all of an erased patient after the second look', inTheEnd);
  return { needles: needles.size, before: before.length, atOnce: atOnce.length, inTheEnd: inTheEnd.length };
}
