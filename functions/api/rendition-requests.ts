import type { ImageVersion } from '../../core/exams/image-version.ts';
import { parseImageKey } from '../../core/keys/image-key.ts';
import { renderImage } from '../../core/messages/render-image.ts';
import type { WorkQueue } from '../../core/ports/index.ts';

/** A reader's program asks every few seconds; each picture is asked for once in this time. */
const AGAIN_AFTER_MILLISECONDS = 30_000;
const MOST_REMEMBERED = 1_000;

/** Asks preparation for pictures, each once however often readers ask meanwhile. */
export class RenditionRequests {
  readonly #queue: Pick<WorkQueue, 'send'>;
  readonly #elapsed: () => number;
  /** When each was asked for, the oldest first. */
  readonly #asked = new Map<string, number>();

  /** @param elapsed milliseconds of a clock that only runs forward */
  constructor(queue: Pick<WorkQueue, 'send'>, elapsed: () => number = () => performance.now()) {
    this.#queue = queue;
    this.#elapsed = elapsed;
  }

  async ask(image: Pick<ImageVersion, 'key' | 'versionId' | 'sha256'>): Promise<void> {
    const name = JSON.stringify([image.key, image.versionId, image.sha256]);
    const now = this.#elapsed();
    const before = this.#asked.get(name);
    if (before !== undefined && now - before < AGAIN_AFTER_MILLISECONDS) return;
    const { program } = parseImageKey(image.key).exam;
    await this.#queue.send([{ body: JSON.stringify(renderImage(image)), group: program }]);
    this.#asked.delete(name);
    this.#asked.set(name, now);
    for (const oldest of this.#asked.keys()) {
      if (this.#asked.size <= MOST_REMEMBERED) break;
      this.#asked.delete(oldest);
    }
  }
}
