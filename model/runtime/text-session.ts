import { readFile } from 'node:fs/promises';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { TEXT_FILE, VOCABULARY_FILE } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { verifiedFile } from '../bundle/verified-file.ts';
import { ModelError } from '../errors.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { type FusedFeatures, fusedFeaturesOf } from './fusion-session.ts';
import { loadGraph, type SessionOptions } from './session.ts';

/** The text tower of a bundle with its tokenizer. */
export class TextSession {
  readonly tokenizer: Tokenizer;
  readonly #session: InferenceSession;
  readonly #positions: number;

  private constructor(session: InferenceSession, tokenizer: Tokenizer, positions: number) {
    this.#session = session;
    this.tokenizer = tokenizer;
    this.#positions = positions;
  }

  static async load(bundle: Bundle, options: SessionOptions = {}): Promise<TextSession> {
    const session = await loadGraph(bundle, TEXT_FILE, options);
    const tokenizer = Tokenizer.fromVocabulary(
      await readFile(await verifiedFile(bundle, VOCABULARY_FILE), 'utf8'),
    );
    return new TextSession(session, tokenizer, bundle.manifest.geometry.text.positions);
  }

  /**
   * Encodes texts.
   *
   * @returns token ids of each text, and float32 [texts, embedding] for each level, not normalised
   * @throws ModelError if the context is longer than the model's positions
   */
  async encode(
    texts: readonly string[],
    contextLength: number,
  ): Promise<{ readonly tokens: readonly BigInt64Array[]; readonly features: FusedFeatures }> {
    if (!Number.isInteger(contextLength) || contextLength < 2 || contextLength > this.#positions) {
      throw new ModelError(
        `Expected a context length from 2 to ${this.#positions} but received ${contextLength}.`,
      );
    }
    const tokens = texts.map((text) => this.tokenizer.encode(text, contextLength));
    return { tokens, features: await this.run(tokens) };
  }

  /** @param tokens token ids of each text, all of one length */
  async run(tokens: readonly BigInt64Array[]): Promise<FusedFeatures> {
    const length = tokens[0]?.length ?? 0;
    const data = new BigInt64Array(tokens.length * length);
    tokens.forEach((ids, index) => {
      data.set(ids, index * length);
    });
    const outputs = await this.#session.run({ tokens: new Tensor('int64', data, [tokens.length, length]) });
    return fusedFeaturesOf(outputs);
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
