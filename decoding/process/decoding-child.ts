import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { ImageError, type Measured } from '../errors.ts';
import { fieldSquares } from '../pixels/field-squares.ts';
import { blockOtherLoaders, configureDecoder } from '../pixels/open-image.ts';
import { squashImage } from '../pixels/squash.ts';
import { type Retouch, renderImage } from '../renditions/render.ts';
import type {
  DecodedAnswer,
  DecodingAnswer,
  DecodingTask,
  Finish,
  RefusedAnswer,
  RenderedAnswer,
  RenderingTask,
  SquaresTask,
} from './decoding-messages.ts';
import { type Frame, FrameReader, sendFrame } from './frame.ts';

// The program of a child of `Decoders`: it decodes one file at a time, measures itself while it does, and knows nothing
// of queues, stores or models. Its only way to the world is the socket that it was started with.

/** How often it looks at its own memory and processor time. */
const LOOK_MILLISECONDS = 20;

/** Read into again and again: buffers of each piece of a large file would pile up until they are collected. */
const RECEIVED = Buffer.allocUnsafeSlow(1 << 18);

const reader = new FrameReader((frame) => void handle(frame));
const socket = new Socket({
  fd: 3,
  readable: true,
  writable: true,
  onread: {
    buffer: RECEIVED,
    callback: (length) => {
      reader.add(RECEIVED.subarray(0, length));
      return true;
    },
  },
});
const { values: modules } = parseArgs({
  options: { finish: { type: 'string' }, retouch: { type: 'string' } },
});

type Extra<Answer> = Answer extends unknown ? Omit<Answer, 'processorMilliseconds' | 'residentBytes'> : never;

/** Processor time since a moment, of all threads. */
function millisecondsSince(began: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1000;
}

function answer(
  content: Extra<DecodingAnswer>,
  began: NodeJS.CpuUsage,
  parts: readonly Uint8Array[] = [],
): void {
  const residentBytes = process.memoryUsage.rss();
  sendFrame(socket, { ...content, processorMilliseconds: millisecondsSince(began), residentBytes }, parts);
}

/** Gives up as soon as the limits are reached: the decoder's own thread goes on until the process is ended. */
function watch({ mostBytes, mostMilliseconds }: DecodingTask, began: NodeJS.CpuUsage): NodeJS.Timeout {
  const before = process.memoryUsage.rss();
  const timer = setInterval(() => {
    const bytes = process.memoryUsage.rss() - before;
    const milliseconds = millisecondsSince(began);
    if (bytes <= mostBytes && milliseconds <= mostMilliseconds) return;
    clearInterval(timer);
    const isMemory = bytes > mostBytes;
    const measured: Measured = isMemory
      ? { bytes, mostBytes }
      : { processorMilliseconds: Math.round(milliseconds), mostMilliseconds };
    answer({ kind: 'over', reason: isMemory ? 'too-much-memory' : 'too-slow-to-decode', measured }, began);
  }, LOOK_MILLISECONDS);
  return timer;
}

interface Made {
  readonly content: Extra<DecodedAnswer | RenderedAnswer | RefusedAnswer>;
  readonly parts: readonly Uint8Array[];
}

async function squares({ contract, sides }: SquaresTask, file: Uint8Array): Promise<Made> {
  if (contract === 'field-bicubic-v1') return fields(sides, file);
  const made = await squashImage(file, sides);
  const { width = 0, height = 0 } = made[0] ?? {};
  const finished = finish === null ? null : await finish(made);
  return { content: { kind: 'decoded', width, height, finished }, parts: made.map(({ pixels }) => pixels) };
}

/** What is judged is the field as it lies in the photograph: its outline and its surround tell a retina from other things. */
async function fields(sides: readonly number[], file: Uint8Array): Promise<Made> {
  const { squares: made, surroundings, width, height } = await fieldSquares(file, sides);
  const finished = finish === null ? null : await finish([...made, await surroundings()]);
  return { content: { kind: 'decoded', width, height, finished }, parts: made.map(({ pixels }) => pixels) };
}

async function renditions({ kinds }: RenderingTask, file: Uint8Array): Promise<Made> {
  const { files, width, height, seen } = await renderImage(file, kinds, retouch);
  const fileBytes = files.map(({ byteLength }) => byteLength);
  return { content: { kind: 'rendered', width, height, fileBytes, seen }, parts: files };
}

async function make(task: DecodingTask, file: Uint8Array): Promise<Made> {
  try {
    return await (task.contract === 'rendition-v1' ? renditions(task, file) : squares(task, file));
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return { content: { kind: 'refused', reason: error.reason, detail: error.message }, parts: [] };
  }
}

async function handle({ head, body }: Frame): Promise<void> {
  const task = head as DecodingTask;
  const began = process.cpuUsage();
  const timer = watch(task, began);
  try {
    const { content, parts } = await make(task, body);
    answer(content, began, parts);
  } catch (error) {
    answer(
      { kind: 'fault', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) },
      began,
    );
  } finally {
    clearInterval(timer);
  }
}

/** A module that the process was started with. */
async function given<Run>(module: string | undefined): Promise<Run | null> {
  return module === undefined ? null : ((await import(module)) as { readonly default: Run }).default;
}

/** Where memory runs out, the system takes this process rather than the one that it serves. */
function offerItself(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Only Linux has such a file.
  }
}

offerItself();
configureDecoder();
blockOtherLoaders();
const finish = await given<Finish>(modules.finish);
const retouch = await given<Retouch>(modules.retouch);
// A terminal's Ctrl-C reaches every process of the group; what is to end is for the parent to say.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
socket.resume();
// The parent process is gone. A decoder at work would hold up an orderly exit.
for (const end of ['end', 'error', 'close'] as const)
  socket.on(end, () => process.kill(process.pid, 'SIGKILL'));
sendFrame(socket, { kind: 'ready' }, []);
