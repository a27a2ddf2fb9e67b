import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { DecodingError } from '../errors.ts';
import type { DecodingAnswer, DecodingTask } from './decoding-messages.ts';
import { type Frame, FrameReader, sendFrame } from './frame.ts';

const CHILD = fileURLToPath(new URL('./decoding-child.ts', import.meta.url));

/** JavaScript's own objects of a child: pixels lie beside them. */
const HEAP_MEBIBYTES = 256;
/** Of what a child says on its way out. */
const LONGEST_COMPLAINT = 2_000;

/** What a child inherits: it decodes strangers' files, so it is told no address, no name and no key. */
const INHERITED = [
  'PATH',
  'NODE_ENV',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'SystemRoot',
  'TMPDIR',
  'TEMP',
];

/** What runs in a child beside the decoder. */
export interface DecoderModules {
  /** A module whose default export is a `Finish`. */
  readonly finish?: URL | undefined;
  /** A module whose default export is a `Retouch`. */
  readonly retouch?: URL | undefined;
}

/** How the work on one file ended. */
export type DecodingEnd =
  | { readonly kind: 'answered'; readonly answer: DecodingAnswer; readonly body: Buffer }
  | { readonly kind: 'died'; readonly how: string }
  | { readonly kind: 'unanswered' };

interface Work {
  readonly end: PromiseWithResolvers<DecodingEnd>;
}

function environment(): NodeJS.ProcessEnv {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    // One thread decodes; the second resizes what is decoded already.
    UV_THREADPOOL_SIZE: '2',
    MALLOC_ARENA_MAX: '2',
    VIPS_BLOCK_UNTRUSTED: '1',
  };
}

/** One child that decodes one file at a time, and that can be killed at any moment. */
export class DecoderProcess {
  readonly #child: ChildProcess;
  readonly #socket: Duplex;
  readonly #ready = Promise.withResolvers<void>();
  #work: Work | null = null;
  #isReady = false;
  #ended: string | null = null;
  #complaint = '';

  /** @param modules URLs of what runs in the child on the squares and on the renditions of each image */
  constructor({ finish, retouch }: DecoderModules = {}) {
    this.#child = spawn(
      process.execPath,
      [
        `--max-old-space-size=${HEAP_MEBIBYTES}`,
        CHILD,
        ...(finish === undefined ? [] : [`--finish=${finish.href}`]),
        ...(retouch === undefined ? [] : [`--retouch=${retouch.href}`]),
      ],
      { env: environment(), stdio: ['ignore', 'ignore', 'pipe', 'pipe'], windowsHide: true },
    );
    this.#socket = this.#child.stdio[3] as Duplex;
    const reader = new FrameReader((frame) => this.#received(frame));
    this.#socket.on('data', (chunk: Buffer) => reader.add(chunk));
    // A child that died in the middle of a file closes its end: its exit tells the rest.
    this.#socket.on('error', () => undefined);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#complaint = (this.#complaint + chunk.toString()).slice(-LONGEST_COMPLAINT);
    });
    this.#child.on('error', (error) => this.#end(error.message));
    this.#child.on('exit', (code, signal) => this.#end(signal ?? `exit code ${code}`));
    this.#ready.promise.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#ended === null;
  }

  /** Resolves when the child can work. @throws DecodingError if it cannot be started */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /**
   * Has one file decoded. Call it again only after it has resolved.
   *
   * @param patienceMilliseconds after which the child is taken for stuck
   */
  async run(task: DecodingTask, file: Uint8Array, patienceMilliseconds: number): Promise<DecodingEnd> {
    if (this.#ended !== null) return { kind: 'died', how: this.#ended };
    const end = Promise.withResolvers<DecodingEnd>();
    this.#work = { end };
    const timer = setTimeout(() => end.resolve({ kind: 'unanswered' }), patienceMilliseconds);
    sendFrame(this.#socket, task, [file]);
    return end.promise.finally(() => {
      clearTimeout(timer);
      this.#work = null;
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #received({ head, body }: Frame): void {
    if (!this.#isReady) {
      this.#isReady = true;
      this.#ready.resolve();
      return;
    }
    this.#work?.end.resolve({ kind: 'answered', answer: head as DecodingAnswer, body });
  }

  #end(how: string): void {
    if (this.#ended !== null) return;
    this.#ended = how;
    this.#socket.destroy();
    const said = this.#complaint.trim();
    if (!this.#isReady) {
      this.#ready.reject(new DecodingError(`A decoder could not be started (${how}). ${said}`.trim()));
    }
    this.#work?.end.resolve({ kind: 'died', how: said === '' ? how : `${how}: ${said.split('\n').at(-1)}` });
  }
}
