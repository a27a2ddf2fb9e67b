import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import { Client } from '../client.ts';
import { findEndpoint } from '../endpoint.ts';
import { EXIT_CODES, WrongUseError } from '../errors.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { checkPrograms } from './check-program.ts';
import { type Standing, watchInterruption } from './interruption.ts';
import { type UploadOptions, uploadOptions } from './options.ts';
import { planText } from './plan-text.ts';
import { examsOf, planUpload } from './plan-upload.ts';
import type { UploadPlan } from './planned-image.ts';
import { makeKey, readKey } from './pseudonym-key.ts';
import { extendTable } from './pseudonym-table.ts';
import { pseudonymous, pseudonymsOf } from './pseudonymous.ts';
import { openJson, reportJson, reportText } from './report.ts';
import { sendPlan } from './send-plan.ts';
import { settleQuestions } from './settle-questions.ts';
import { storedExamQuestions } from './stored-exams.ts';
import { terminalAsk, terminalColumns } from './terminal.ts';
import { waitForResults } from './wait-for-results.ts';

/** The key of the pseudonyms; `null` where names go as they are. */
async function keyOf(options: UploadOptions): Promise<Uint8Array | null> {
  const { pseudonymize, keyFile, newKey, table, dryRun } = options;
  if (!pseudonymize) {
    if (keyFile !== undefined || newKey || table !== undefined)
      throw new WrongUseError('--key-file, --new-key and --table belong to --pseudonymize: give it as well.');
    return null;
  }
  if (keyFile === undefined) throw new WrongUseError('--pseudonymize needs --key-file: where is the key?');
  return newKey && !dryRun ? makeKey(keyFile) : readKey(keyFile);
}

/** The plan as a program reads it: a promise. */
function printJson({ images, refused, questions }: UploadPlan): void {
  const shown = images.map(({ path, exam, laterality, field }) => ({ path, exam, laterality, field }));
  process.stdout.write(`${JSON.stringify({ images: shown, refused, questions })}\n`);
}

async function dryRun(plan: UploadPlan, options: UploadOptions, base: string): Promise<void> {
  const { plan: shown } = await settleQuestions(plan, options.acceptDoubts, null);
  if (options.json) printJson(shown);
  else process.stdout.write(`${planText(shown, base, terminalColumns())}\n`);
  if (shown.refused.length > 0 || shown.questions.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** What to do where questions are open and nobody can be asked. */
function tellOpen(plan: UploadPlan, options: UploadOptions): void {
  const kinds = [...new Set(plan.questions.map(({ kind }) => kind))].join(',');
  if (options.json) process.stdout.write(`${openJson(plan.refused, plan.questions)}\n`);
  else
    process.stderr.write(
      `${pc.yellow('Nothing was sent:')} the questions above are open. Answer them on a terminal, mend names or folders,\nor send as read: --accept-doubts ${kinds}\n`,
    );
  process.exitCode = EXIT_CODES.refusedItems;
}

async function upload(source: string, options: UploadOptions): Promise<void> {
  let standing: Standing = { stage: 'planning', images: 0, report: null };
  const unwatch = watchInterruption(() => standing);
  const key = await keyOf(options);
  const found = await planUpload(source, options);
  const base = (await stat(source)).isDirectory() ? source : dirname(source);
  const pseudonym = (exam: ExamKey): ExamKey => (key === null ? exam : pseudonymsOf(key, exam));
  if (options.dryRun) return dryRun(key === null ? found : pseudonymous(found, key), options, base);
  if (found.images.length === 0 && found.refused.length === 0) {
    throw new WrongUseError(
      `There are no photographs in "${source}": JPEG, PNG, TIFF and WebP files are looked for.`,
    );
  }
  const show = (text: string): void => {
    if (!options.json) process.stderr.write(`${text}\n`);
  };
  if (found.images.length === 0) {
    show(planText(found, base, terminalColumns()));
    if (options.json) process.stdout.write(`${openJson(found.refused, [])}\n`);
    process.exitCode = EXIT_CODES.refusedItems;
    return;
  }

  await findEndpoint(options);
  const clients = new Map<string, Client>();
  const clientOf = (program: string): Client => {
    const client = clients.get(program) ?? new Client(() => findEndpoint(options), program);
    clients.set(program, client);
    return client;
  };
  const ask = options.json ? null : terminalAsk();
  const programs = [...new Set(found.images.map(({ exam }) => exam.program))];
  await checkPrograms(clientOf(programs[0] ?? ''), programs, options.newProgram, ask);
  const isFolder = base === source;
  const stored = isFolder ? await storedExamQuestions(found, clientOf, pseudonym) : [];
  const asked = { ...found, questions: [...found.questions, ...stored] };
  show(planText(asked, base, terminalColumns()));
  const { plan, open } = await settleQuestions(asked, options.acceptDoubts, ask);
  if (open.length > 0) return tellOpen(plan, options);

  // The table is written first: nothing may be sent that the operator could not tell again.
  if (key !== null) await extendTable(options.table ?? `${options.keyFile}.pseudonyms.csv`, plan.images, key);
  const { images } = key === null ? plan : pseudonymous(plan, key);
  const began = Date.now();
  const sending = startProgress('Uploading', 'images', images.length, !options.json);
  const report = await sendPlan(images, clientOf, {
    concurrency: options.concurrency,
    onProgress: (now) => {
      standing = { stage: 'sending', images: images.length, report: now };
      const done = now.sent.length + now.skipped.length + now.refused.length;
      sending.update(done, `${(now.bytesSent / 2 ** 20).toFixed(1)} MiB`);
    },
  }).finally(sending.stop);
  const seconds = (Date.now() - began) / 1000;

  const there = [...report.sent, ...report.skipped];
  const waits = options.wait && there.length > 0;
  if (waits) {
    standing = { stage: 'waiting', images: images.length, report };
    const screening = startProgress('Screening', 'exams', examsOf(images).length, !options.json);
    await waitForResults(there, clientOf, {
      patienceSeconds: options.patience,
      refused: [...plan.refused, ...report.refused],
      onProgress: (answered) => screening.update(answered),
    }).finally(screening.stop);
  }
  unwatch();
  const summary = { ...report, refusedBefore: plan.refused, seconds, waited: waits };
  const text = options.json ? reportJson(summary) : reportText(summary, base, terminalColumns());
  process.stdout.write(`${text}\n`);
  if (plan.refused.length + report.refused.length > 0) {
    show(pc.yellow('Finished with refused items.'));
    process.exitCode = EXIT_CODES.refusedItems;
  }
}

/** `retclip upload DIR | manifest.csv --program P [--wait]` */
export function uploadCommand(): Command {
  return uploadOptions().action(upload);
}
