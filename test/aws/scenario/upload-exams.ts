import { join } from 'node:path';
import { imageKey } from '../../../core/keys/image-key.ts';
import { type DrawnExam, drawExams, writeManifest } from './photographs.ts';
import { allResults, expectThat, PROGRAM, type Stage } from './stage.ts';
import { senderStore } from './stores.ts';
import { waitUntil } from './wait-until.ts';

/** Names as programmes have them: spaces, plus signs, letters of other scripts. */
const FIRST = ['P1', 'P 2', 'P+3', 'Ünal 4', '患者5', 'p=6@north', 'P.7_b', 'Ж 8', 'a+b c', 'P10'] as const;
const SECOND = FIRST.map((_, index) => `Zweite+${index} é`);
const STRAIGHT = FIRST.map((_, index) => `直 ${index}+straight`);
/** File names of cameras that put straight into the bucket. What S3 encodes in its events must come back the same. */
const FILES: readonly (readonly [left: string, right: string])[] = [
  ['left.jpg', 'right.jpg'],
  ['OS 100%.jpg', 'OD 100%.jpg'],
  ['été_left+1.jpg', 'été_right+1.jpg'],
  ['左_OS.jpg', '右_OD.jpg'],
  ['a&b=c_left.jpg', 'a&b=c_right.jpg'],
  ["o'brien_L.jpg", "o'brien_R.jpg"],
  ['x#1_left.jpg', 'x#1_right.jpg'],
  ['%2F_left.jpg', '%2F_right.jpg'],
  ['q?_OS.jpg', 'q?_OD.jpg'],
  ['left.jpg', 'right.jpg'],
];
/** A key of no exam. */
export const OF_NO_EXAM = 'images/stray.jpg';
const NO_PHOTOGRAPH = Buffer.from('%PDF-1.7 this is no photograph, whatever its name says');

/** Uploads by the command line, which finds the system by its stack. */
export async function uploadByStack(stage: Stage): Promise<void> {
  await uploadManifest(stage, 'stack', FIRST, ['--new-program']);
}

/** Uploads by the command line, told where the API is. */
export async function uploadByEndpoint(stage: Stage): Promise<void> {
  await uploadManifest(stage, 'endpoint', SECOND, []);
}

async function uploadManifest(
  stage: Stage,
  way: 'stack' | 'endpoint',
  patients: readonly string[],
  words: readonly string[],
): Promise<void> {
  const drawn = await drawExams(patients.map((patient) => [patient, '2026-05-01']));
  const manifest = await writeManifest(join(stage.account.workFolder, `photographs-${way}`), PROGRAM, drawn);
  const accepted = ['--accept-doubts', 'all', '--wait', '--json', '--program', PROGRAM];
  const report = JSON.parse(await stage.operator.insist(way, 0, 'upload', manifest, ...accepted, ...words));
  expectThat(
    report.sent === 2 * patients.length && report.refused.length === 0,
    'every photograph sent',
    report,
  );
}

/** Puts photographs straight into the bucket, under keys as others make them, the last right eye a bad file. */
export async function putStraight(stage: Stage): Promise<void> {
  const drawn = await drawExams(STRAIGHT.map((patient) => [patient, 'visit 1+2']));
  const store = senderStore(stage.account);
  const metadata = { eyes: 'both' };
  for (const [index, exam] of drawn.entries()) {
    const isLast = index === drawn.length - 1;
    const [left = '', right = ''] = FILES[index] ?? [];
    await store.put(keyOf(exam, left), exam.left, { metadata });
    await store.put(keyOf(exam, right), isLast ? NO_PHOTOGRAPH : exam.right, { metadata });
  }
  // It says of no eye that it shows it: intake buries it, and says why.
  const [first] = drawn;
  if (first !== undefined) {
    await store.put(keyOf({ ...first, patient: 'P-eyeless' }, 'photo.jpg'), first.left);
    await store.put(OF_NO_EXAM, first.right);
  }
  await waitUntil('a result of every photograph put straight', async () => {
    const screened = (await allResults(stage)).filter(({ patient }) => patient.endsWith('+straight'));
    return screened.length === STRAIGHT.length ? screened : undefined;
  });
}

function keyOf({ patient, exam }: DrawnExam, file: string): string {
  const key = imageKey({ program: PROGRAM, patient, exam }, 'left', '');
  return `${key.slice(0, key.lastIndexOf('/') + 1)}${file}`;
}

/** Every exam has its answer, and it speaks of the right eyes. */
export async function checkAnswers(stage: Stage): Promise<number> {
  const results = await allResults(stage, 'stack');
  const expected = [...FIRST, ...SECOND, ...STRAIGHT].sort();
  const found = results.map(({ patient }) => patient).sort();
  expectThat(found.join() === expected.join(), 'one result of each exam', found);
  const bad = STRAIGHT.at(-1);
  for (const { patient, eyes } of results) {
    expectThat(eyes.left?.gradable === true, `the left eye of ${patient} to be gradable`, eyes);
    const isGood = eyes.right?.gradable === true;
    expectThat(isGood === (patient !== bad), `the right eye of ${patient} to be as it was sent`, eyes);
    if (!patient.endsWith('+straight')) continue;
    const [left, right] = FILES[STRAIGHT.indexOf(patient)] ?? [];
    const names = [eyes.left?.image, eyes.right?.image].map((key) => key?.split('/').at(-1));
    expectThat(names.join() === [left, right].join(), `the keys of ${patient} as they were put`, names);
  }
  return results.length;
}
