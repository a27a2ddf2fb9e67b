import type { Client } from '../client.ts';
import { EXIT_CODES } from '../errors.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import type { Standing } from './interruption.ts';
import type { UploadOptions } from './options.ts';
import { examsOf } from './plan-upload.ts';
import type { UploadPlan } from './planned-image.ts';
import { pseudonymous } from './pseudonymous.ts';
import { qualityNote, seenJson, seenText } from './quality-text.ts';
import { reportJson, reportText } from './report.ts';
import { sendPlan } from './send-plan.ts';
import { sourceOfFile } from './source-of-file.ts';
import { terminalColumns } from './terminal.ts';
import { waitForResults } from './wait-for-results.ts';
import { QualityWatch } from './watch-quality.ts';

/** Without --wait a larger upload is not watched: each photograph costs the system a few requests. */
const MOST_WATCHED = 500;
/** Once exams have their results, everything is known of their photographs: only to ask is left. */
const SECONDS_AFTER_RESULTS = 10;

/** What an upload is done with. */
export interface Upload {
  readonly options: UploadOptions;
  /** Folder that paths are shown below. */
  readonly base: string;
  readonly key: Uint8Array | null;
  readonly clientOf: (program: string) => Client;
}

/** Shows something to the person; a program reads standard output alone. */
export function show(text: string, options: Pick<UploadOptions, 'json'>): void {
  if (!options.json) process.stderr.write(`${text}\n`);
}

/** Sends the photographs, tells which are unfit as it comes to be known, waits for results if it is wanted, and reports. */
export async function sendAndReport(
  plan: UploadPlan,
  upload: Upload,
  tell: (standing: Standing) => void,
): Promise<void> {
  const { options, base, key, clientOf } = upload;
  const { images } = key === null ? plan : pseudonymous(plan, key);
  const began = performance.now();
  const sending = startProgress('Uploading', 'images', images.length, !options.json);
  let shown = sending;
  await using watch = new QualityWatch(clientOf, {
    onSeen: (seen) => {
      const line = options.json ? seenJson(seen) : seenText(seen, base);
      if (line !== null) shown.tell(line);
    },
  });
  const isWatched = options.wait || images.length <= MOST_WATCHED;
  let watched = 0;
  const report = await sendPlan(images, clientOf, {
    concurrency: options.concurrency,
    sourceOf: ({ path }) => sourceOfFile(path, key),
    onProgress: (now) => {
      tell({ stage: 'sending', images: images.length, report: now });
      if (isWatched) watch.add(now.sent.slice(watched));
      watched = now.sent.length;
      const done = now.sent.length + now.skipped.length + now.refused.length;
      const notes = [`${(now.bytesSent / 2 ** 20).toFixed(1)} MiB`, qualityNote(watch.report)];
      sending.update(done, notes.filter((note) => note !== '').join(' · '));
    },
  }).finally(sending.stop);
  const seconds = (performance.now() - began) / 1000;

  const there = [...report.sent, ...report.skipped];
  const waited = options.wait && there.length > 0;
  if (waited) {
    tell({ stage: 'waiting', images: images.length, report });
    const screening = startProgress('Screening', 'exams', examsOf(images).length, !options.json);
    shown = screening;
    await waitForResults(there, clientOf, {
      patienceSeconds: options.patience,
      refused: [...plan.refused, ...report.refused],
      onProgress: (answered) => screening.update(answered, qualityNote(watch.report)),
    }).finally(screening.stop);
    await watch.finish(SECONDS_AFTER_RESULTS);
  }
  await watch.stop();
  const summary = { ...report, refusedBefore: plan.refused, seconds, waited, quality: watch.report };
  const text = options.json ? reportJson(summary) : reportText(summary, base, terminalColumns());
  process.stdout.write(`${text}\n`);
  if (plan.refused.length + report.refused.length > 0) {
    show(pc.yellow('Finished with refused items.'), options);
    process.exitCode = EXIT_CODES.refusedItems;
  }
}
