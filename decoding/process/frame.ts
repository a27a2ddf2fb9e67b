import type { Duplex } from 'node:stream';

/** What goes between the decoders and one child: a head in JSON and bytes. */
export interface Frame {
  readonly head: unknown;
  readonly body: Buffer;
}

/** Lengths of head and body, 32 bits each. */
const LENGTHS_BYTES = 8;

/** Sends a frame. The parts are written as they are, with no copy in between. */
export function sendFrame(stream: Duplex, head: unknown, parts: readonly Uint8Array[]): void {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.byteLength, 0),
    4,
  );
  stream.cork();
  for (const part of [lengths, text, ...parts]) stream.write(part);
  stream.uncork();
}

/** Puts frames together from what arrives. Each body is copied once, into a buffer of its own. */
export class FrameReader {
  readonly #onFrame: (frame: Frame) => void;
  #wanted = LENGTHS_BYTES;
  #part: Buffer = Buffer.alloc(LENGTHS_BYTES);
  #filled = 0;
  #lengths: { readonly head: number; readonly body: number } | null = null;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
  }

  add(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(this.#part, this.#filled, at, at + this.#wanted - this.#filled);
      at += copied;
      this.#filled += copied;
      if (this.#filled === this.#wanted) this.#take();
    }
  }

  #expect(bytes: number): void {
    this.#wanted = bytes;
    this.#part = Buffer.allocUnsafeSlow(bytes);
    this.#filled = 0;
  }

  #take(): void {
    const part = this.#part;
    if (this.#lengths === null) {
      this.#lengths = { head: part.readUInt32LE(0), body: part.readUInt32LE(4) };
      this.#expect(this.#lengths.head + this.#lengths.body);
      return;
    }
    const { head } = this.#lengths;
    this.#lengths = null;
    this.#expect(LENGTHS_BYTES);
    this.#onFrame({ head: JSON.parse(part.toString('utf8', 0, head)), body: part.subarray(head) });
  }
}
