import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DOUBT_KINDS } from '../../core/names/doubt.ts';
import { CliError } from '../errors.ts';
import { errorColours as pc } from '../terminal/colours.ts';
import { placeAlone } from './places.ts';
import { planFolder } from './plan-folder.ts';
import { plural, shortPath } from './plan-text.ts';
import type { PlannedImage, Question, RefusedItem, UploadPlan } from './planned-image.ts';
import { extendTable } from './pseudonym-table.ts';
import { pseudonymous, pseudonymsOf } from './pseudonymous.ts';
import { seenJson, seenText } from './quality-text.ts';
import { show, type Upload } from './send-and-report.ts';
import { type SendReport, sendPlan } from './send-plan.ts';
import { SentMemory } from './sent-memory.ts';
import { type Ask, settleQuestions } from './settle-questions.ts';
import { type LookedAt, SettledFiles, stateOf } from './settled-files.ts';
import { storedExamQuestions } from './stored-exams.ts';
import { walkFolder } from './walk-folder.ts';
import { QualityWatch } from './watch-quality.ts';

/** Looks while files are being written, and else: shares of networks tell nothing of changes. */
const SOON_MILLISECONDS = 500;
const PAUSE_MILLISECONDS = 2_000;
const LEAST_PAUSE_MILLISECONDS = 200;
const AWAY_MILLISECONDS = 5_000;
/** What a watch is ended for, it still asks about for so long. */
const SECONDS_AT_END = 5;

export interface FolderWatchOptions {
  readonly program: string;
  /** `null` without a terminal: what is doubtful is left out and named. */
  readonly ask: Ask | null;
  /** Ends the watch. What is being sent is sent. */
  readonly signal: AbortSignal;
}

/** What came of a watch. */
export interface FolderWatchReport {
  readonly sent: number;
  readonly skipped: number;
  readonly gradable: number;
  readonly ungradable: number;
  readonly refused: readonly RefusedItem[];
}

/** Wakes a look as soon as the system tells of a change. A system that cannot tell is looked at by time alone. */
function changesOf(folder: string): { readonly next: () => Promise<void>; readonly close: () => void } {
  let wake: () => void = () => undefined;
  try {
    const watcher = watch(folder, { recursive: true }, () => wake());
    watcher.on('error', () => watcher.close());
    const next = () =>
      new Promise<void>((resolve) => {
        wake = resolve;
      });
    return { next, close: () => watcher.close() };
  } catch {
    return { next: () => new Promise(() => undefined), close: () => undefined };
  }
}

/** The photographs of questions that nobody can be asked are left out. */
function withoutOpen(plan: UploadPlan, open: readonly Question[]): UploadPlan {
  const paths = new Set(open.flatMap((question) => question.paths));
  return { ...plan, images: plan.images.filter(({ path }) => !paths.has(path)), questions: [] };
}

/** One watch of a folder. */
class FolderWatch {
  readonly #folder: string;
  readonly #upload: Upload;
  readonly #options: FolderWatchOptions;
  readonly #memory: SentMemory;
  readonly #quality: QualityWatch;
  readonly #settled = new SettledFiles();
  /** States of files that nothing more is to be done about. */
  readonly #done = new Set<string>();
  /** States of files that were left out for a doubt: another file may clear it up. */
  readonly #doubtful = new Set<string>();
  readonly refused: RefusedItem[] = [];
  sent = 0;
  skipped = 0;
  #isMemoryLost = false;

  constructor(
    folder: string,
    upload: Upload,
    options: FolderWatchOptions,
    parts: { readonly memory: SentMemory; readonly quality: QualityWatch },
  ) {
    this.#folder = folder;
    this.#upload = upload;
    this.#options = options;
    this.#memory = parts.memory;
    this.#quality = parts.quality;
  }

  /** Looks once, and sends what is new and whole. @returns milliseconds after which to look again */
  async look(): Promise<number> {
    const { files } = await walkFolder(this.#folder);
    const found = await Promise.all(
      files.map(async ({ path }): Promise<LookedAt[]> => {
        const state = await stat(path).catch(() => null);
        return state === null ? [] : [{ path, bytes: state.size, modified: state.mtimeMs }];
      }),
    );
    const unknown = found.flat().filter((file) => !this.#done.has(stateOf(file)) && !this.#memory.has(file));
    const whole = this.#settled.look(unknown, performance.now());
    const soon = this.#settled.hasUnsettled ? SOON_MILLISECONDS : PAUSE_MILLISECONDS;
    if (whole.every((file) => this.#doubtful.has(stateOf(file)))) return soon;
    try {
      await this.#send(whole);
      return soon;
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode !== 3) throw error;
      this.#show(`${pc.yellow('Not sent yet:')} ${error.message} It is tried again.`);
      return AWAY_MILLISECONDS;
    }
  }

  async #send(files: readonly LookedAt[]): Promise<void> {
    const { options, key, clientOf } = this.#upload;
    const states = new Map(files.map((file) => [file.path, stateOf(file)]));
    const plan = await this.#plan(files, states);
    const settled = await this.#settle(plan, states);
    if (settled.images.length === 0) return;
    // The table is written first: nothing may be sent that the operator could not tell again.
    if (key !== null)
      await extendTable(options.table ?? `${options.keyFile}.pseudonyms.csv`, settled.images, key);
    const images = key === null ? settled.images : pseudonymous(settled, key).images;
    const report = await sendPlan(images, clientOf, {
      ...{ concurrency: options.concurrency, otherEyeFollows: true },
    });
    await this.#note(report, settled.images, states);
  }

  /** What of the new files can be sent; what cannot is named once. */
  async #plan(files: readonly LookedAt[], states: ReadonlyMap<string, string>): Promise<UploadPlan> {
    const { options } = this.#upload;
    const planned = (only: ReadonlySet<string>) =>
      planFolder(this.#folder, this.#options.program, { ...options, only });
    const plan = await planned(new Set(files.map(({ path }) => path)));
    for (const item of plan.refused) {
      const state = states.get(item.path);
      if (state === undefined) continue;
      // More of an eye than are taken at once: the next look sends them.
      if ((await planned(new Set([item.path]))).images.length > 0) continue;
      this.#refuse(item, state);
    }
    // The other eye is still to come.
    const questions = plan.questions.filter(({ kind }) => kind !== 'single-laterality');
    return { ...plan, questions, images: this.#oneOfEachPlace(plan.images, states) };
  }

  /** Of several photographs of one field the others wait for the next look: each takes the place of the one before. */
  #oneOfEachPlace(images: readonly PlannedImage[], states: ReadonlyMap<string, string>): PlannedImage[] {
    const isDoubtful = ({ path }: PlannedImage) => this.#doubtful.has(states.get(path) ?? '');
    const placed = images
      .map((image) => ({ ...image, place: placeAlone(image.field) }))
      .toSorted((a, b) => Number(isDoubtful(a)) - Number(isDoubtful(b)));
    const groups = Map.groupBy(placed, ({ exam, laterality, place }) =>
      JSON.stringify([exam.patient, exam.exam, laterality, place]),
    );
    return [...groups.values()].flatMap(([first]) => first ?? []);
  }

  async #settle(plan: UploadPlan, states: ReadonlyMap<string, string>): Promise<UploadPlan> {
    const { options, key, clientOf } = this.#upload;
    const { program, ask } = this.#options;
    const stored = await storedExamQuestions(
      plan,
      new Set([program]),
      clientOf,
      (exam) => (key === null ? exam : pseudonymsOf(key, exam)),
      this.#memory.hashes,
    );
    const isOfImages = ({ paths }: Question) => plan.images.some(({ path }) => paths.includes(path));
    const questions = [...plan.questions, ...stored].filter(isOfImages);
    const names = new Set<string>(['all', ...DOUBT_KINDS]);
    for (const { paths } of questions) for (const path of paths) names.add(path).add(basename(path));
    const accepted = options.acceptDoubts.filter((name) => names.has(name));
    if (ask !== null)
      for (const { kind, text } of questions) this.#show(`${pc.yellow('?')} ${kind}: ${text}`);
    const { plan: settled, open } = await settleQuestions({ ...plan, questions }, accepted, ask);
    for (const { path, reason } of settled.refused)
      if (reason.startsWith('left out:')) this.#refuse({ path, reason }, states.get(path) ?? '');
    for (const { paths, text } of open) {
      for (const path of paths) {
        const state = states.get(path);
        if (state === undefined || this.#doubtful.has(state)) continue;
        this.#doubtful.add(state);
        this.#name({ path, reason: `left out: ${text}` });
      }
    }
    return withoutOpen(settled, open);
  }

  async #note(
    report: SendReport,
    planned: readonly PlannedImage[],
    states: ReadonlyMap<string, string>,
  ): Promise<void> {
    const named = new Map(planned.map((image) => [image.path, image]));
    const there = [...report.sent, ...report.skipped];
    // By the names in the folder, which tell more than pseudonyms.
    const lost = await this.#memory.add(
      there.map((stored) => ({ ...stored, image: named.get(stored.image.path) ?? stored.image })),
    );
    if (lost !== null && !this.#isMemoryLost) {
      this.#isMemoryLost = true;
      this.#show(`${pc.yellow('!')} What was sent cannot be noted in the folder: ${lost}`);
    }
    this.#quality.add(report.sent);
    this.sent += report.sent.length;
    this.skipped += report.skipped.length;
    for (const { image } of report.sent) {
      const { exam, laterality } = named.get(image.path) ?? image;
      this.#show(
        `${exam.patient} ${laterality}: ${pc.green('sent')} ${pc.dim(`(${shortPath(image.path, this.#folder)})`)}`,
      );
    }
    for (const item of report.refused) this.#refuse(item, states.get(item.path) ?? '');
  }

  #refuse(item: RefusedItem, state: string): void {
    if (this.#done.has(state)) return;
    this.#done.add(state);
    this.#name(item);
  }

  #name(item: RefusedItem): void {
    this.refused.push(item);
    this.#show(`${pc.yellow('refused')}  ${shortPath(item.path, this.#folder)}: ${item.reason}`);
  }

  #show(text: string): void {
    show(text, this.#upload.options);
  }
}

/**
 * Sends what comes into a folder, until it is told to end: for the computer beside a camera. Each photograph's quality is
 * shown seconds after it was taken. What was sent is noted in the folder, so that nothing is sent twice.
 */
export async function watchFolder(
  folder: string,
  upload: Upload,
  options: FolderWatchOptions,
): Promise<FolderWatchReport> {
  const { signal, program } = options;
  await using quality = new QualityWatch(upload.clientOf, {
    onSeen: (seen) => {
      const fit = `${seen.image.image.exam.patient} ${seen.image.image.laterality}: gradable`;
      const line = upload.options.json ? seenJson(seen) : (seenText(seen, folder) ?? pc.dim(fit));
      process.stderr.write(`${line}\n`);
    },
  });
  const memory = await SentMemory.open(folder, program);
  const watched = new FolderWatch(folder, upload, options, { memory, quality });
  const changes = changesOf(folder);
  try {
    while (!signal.aborted) {
      const pause = await watched.look();
      const woken = new AbortController();
      const either = AbortSignal.any([signal, woken.signal]);
      await Promise.race([
        delay(pause, undefined, { signal: either }).catch(() => undefined),
        changes.next(),
      ]);
      woken.abort();
      // What is being written tells of itself many times a second.
      await delay(LEAST_PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    changes.close();
  }
  await quality.finish(SECONDS_AT_END);
  const { gradable, ungradable } = quality.report;
  const { sent, skipped, refused } = watched;
  return { sent, skipped, gradable, ungradable: ungradable.length, refused };
}

/** The end of a watch, for a person. */
export function watchText({ sent, gradable, ungradable, refused }: FolderWatchReport): string {
  return `Sent ${plural(sent, 'photograph')}: ${gradable} gradable, ${ungradable} not; ${plural(refused.length, 'file')} refused or left out.`;
}
