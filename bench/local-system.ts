import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '../cli/client.ts';
import { type Endpoint, findEndpoint } from '../cli/endpoint.ts';
import { LATERALITIES } from '../core/exams/laterality.ts';
import { programSettingsSchema } from '../core/programs/program-settings.ts';
import { INSPECTION_SIZE, prepareImage } from '../judging/index.ts';
import { ODIR } from '../model/benchmarks/sets/odir.ts';
import { generatePatient } from '../phantoms/index.ts';
import { RunningSystem } from '../test/system/running-system.ts';

/** Heads of the default model. */
const HEADS = ['odir', 'odir-eye'];

/** The photographs of one patient. */
export interface PairOfPhotographs {
  readonly left: Buffer;
  readonly right: Buffer;
}

async function isGradable(jpeg: Buffer): Promise<boolean> {
  return (await prepareImage(jpeg, INSPECTION_SIZE)).quality.gradable;
}

/** Draws pairs of gradable photographs. @param side of each, in pixels */
export async function drawPairs(count: number, side: number): Promise<PairOfPhotographs[]> {
  const defects = { missingEye: 0, outOfFocus: 0, tooDark: 0, tooBright: 0 };
  const pairs: PairOfPhotographs[] = [];
  for (let index = 0; pairs.length < count; index += 1) {
    const { left, right } = await generatePatient({ seed: 'bench', index, size: side, defects, centring: 0 });
    if (left === null || right === null) continue;
    if ((await isGradable(left.jpeg)) && (await isGradable(right.jpeg)))
      pairs.push({ left: left.jpeg, right: right.jpeg });
  }
  return pairs;
}

/** The same JPEG with a comment: other bytes, so that no two patients have one content. */
function withComment(jpeg: Buffer, text: string): Buffer<ArrayBuffer> {
  const comment = Buffer.from(text);
  const marker = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, comment, jpeg.subarray(2)]);
}

/** `retclip local` in a folder of its own with the default model, spoken to as any client does. */
export class LocalSystem implements AsyncDisposable {
  /** Of its host; workers and decoders are below it. */
  readonly pid: number;
  readonly #folder: string;
  readonly #system: RunningSystem;
  readonly #endpoint: Endpoint;

  private constructor(folder: string, system: RunningSystem, endpoint: Endpoint, pid: number) {
    this.#folder = folder;
    this.#system = system;
    this.#endpoint = endpoint;
    this.pid = pid;
  }

  static async start(): Promise<LocalSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'retclip-bench-'));
    const system = new RunningSystem(join(folder, 'data'));
    await system.start();
    const endpoint = await findEndpoint({ data: system.dataFolder });
    if (endpoint.pid === undefined) throw new Error('The host does not say its process.');
    return new LocalSystem(folder, system, endpoint, endpoint.pid);
  }

  client(program: string): Client {
    return new Client(async () => this.#endpoint, program);
  }

  /** Has a program call nothing positive and read nothing over: its exams are recalled, and no picture is made for readers. */
  async refersNothing(program: string): Promise<void> {
    const client = this.client(program);
    const what = 'Setting the program up';
    const { content, tag } = await client.tagged(what, programSettingsSchema, '/settings');
    const labels = ODIR.classes.map(({ name }) => name);
    const thresholds = HEADS.flatMap((head) => labels.map((label) => ({ head, label, threshold: 1 })));
    const review = { ...content.review, overReadShare: 0 };
    const body = { ...content, policy: { ...content.policy, thresholds }, review };
    await client.tagged(what, programSettingsSchema, '/settings', { body, tag });
  }

  /** Uploads both photographs of an exam "1", announced. Returns when the second one is stored. */
  async upload(program: string, patient: string, pair: PairOfPhotographs): Promise<void> {
    const client = this.client(program);
    for (const laterality of LATERALITIES) {
      const content = withComment(pair[laterality], `${program} ${patient}`);
      const sha256 = createHash('sha256').update(content).digest('hex');
      const [answer] = await client.uploads([
        {
          ...{ patient, exam: '1', laterality, extension: 'jpg', contentType: 'image/jpeg', sha256 },
          ...{ bytes: content.length, eyes: 'both', expected: { left: 1, right: 1 } },
        },
      ]);
      if (answer?.action === 'upload') await client.put(answer, content);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#system.stop();
    await rm(this.#folder, { recursive: true, maxRetries: 5, retryDelay: 200 });
  }
}
