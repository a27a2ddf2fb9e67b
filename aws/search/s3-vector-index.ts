import { createHash } from 'node:crypto';
import {
  CreateIndexCommand,
  DeleteVectorsCommand,
  GetVectorsCommand,
  ListIndexesCommand,
  ListVectorsCommand,
  PutVectorsCommand,
  type QueryOutputVector,
  QueryVectorsCommand,
  type S3VectorsClient,
} from '@aws-sdk/client-s3vectors';
import { z } from 'zod';
import type { ExamKey } from '../../core/exams/exam-key.ts';
import type {
  ExamOfProgram,
  IndexedExam,
  Page,
  PageRequest,
  VectorIndex,
  VectorMatch,
  VectorQuery,
} from '../../core/ports/index.ts';
import { checkLimit, decodeCursor, encodeCursor } from '../../core/ports/page-cursor.ts';
import { checkQuery, normalized } from '../../core/search/vectors.ts';
import { UnexpectedAnswerError } from '../errors.ts';
import { faultOf, tellFaults } from '../faults/tell-faults.ts';
import { partsOf } from '../queue/repeated-batch.ts';

/** What S3 Vectors takes in one call. */
const PUT_AT_ONCE = 500;
const GET_AT_ONCE = 100;
const HASH_DIGITS = 24;
/** An index of another model comes with a new model only. */
const NAMES_FRESH_MILLISECONDS = 60_000;

const metadataSchema = z.object({ patient: z.string(), exam: z.string() });

function isNotFound(error: unknown): boolean {
  return faultOf(error)?.code === 'NotFoundException';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}

function programPrefix(program: string): string {
  return `p-${hash(program)}-`;
}

/** One index for each program and model: neither can leak into another's answers. */
function indexName(program: string, model: string): string {
  return `${programPrefix(program)}${hash(model)}`;
}

function vectorKey(patient: string, exam: string): string {
  return `${patient}/${exam}`;
}

/** No identifier holds a slash. */
function examOf(key: string): ExamOfProgram {
  const [patient, exam] = key.split('/');
  if (patient === undefined || exam === undefined) {
    throw new UnexpectedAnswerError('S3 Vectors lists a vector that names no exam.');
  }
  return { patient, exam };
}

function matchOf({ distance, metadata }: QueryOutputVector): VectorMatch {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success || distance === undefined) {
    throw new UnexpectedAnswerError('S3 Vectors found a vector that names no exam or has no distance.');
  }
  return { ...parsed.data, similarity: 1 - distance };
}

/**
 * Approximate search on Amazon S3 Vectors, by cosine. An index is made when its first exam comes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors.html
 */
export class S3VectorIndex implements VectorIndex {
  readonly #client: S3VectorsClient;
  readonly #bucket: string;
  readonly #names = new Map<string, { readonly at: number; readonly names: Promise<string[]> }>();

  constructor(client: S3VectorsClient, bucket: string) {
    this.#client = tellFaults(client);
    this.#bucket = bucket;
  }

  async put(exams: readonly IndexedExam[]): Promise<void> {
    const groups = Map.groupBy(exams, ({ key, model }) => indexName(key.program, model));
    for (const [name, group] of groups) {
      for (const part of partsOf(group, PUT_AT_ONCE)) await this.#putPart(name, part);
    }
    for (const [program, group] of Map.groupBy(exams, ({ key }) => key.program)) {
      await this.#forgetOtherModels(program, group);
    }
  }

  async search(query: VectorQuery): Promise<readonly VectorMatch[]> {
    checkQuery(query);
    const { program, model, limit, outcome } = query;
    const input = {
      ...this.#index(indexName(program, model)),
      topK: limit,
      queryVector: { float32: [...normalized(query.vector)] },
      returnDistance: true,
      returnMetadata: true,
      ...(outcome === undefined ? {} : { filter: { outcome: { $eq: outcome } } }),
    };
    const matches: VectorMatch[] = [];
    let nextToken: string | undefined;
    do {
      const page = nextToken === undefined ? {} : { nextToken };
      const answer = await this.#orNothing(() =>
        this.#client.send(new QueryVectorsCommand({ ...input, ...page })),
      );
      matches.push(...(answer?.vectors ?? []).map(matchOf));
      nextToken = answer?.nextToken;
    } while (nextToken !== undefined);
    return matches.slice(0, limit);
  }

  async vectorOf({ program, patient, exam }: ExamKey, model: string): Promise<Float32Array | undefined> {
    const answer = await this.#orNothing(() =>
      this.#client.send(
        new GetVectorsCommand({
          ...this.#index(indexName(program, model)),
          keys: [vectorKey(patient, exam)],
          returnData: true,
        }),
      ),
    );
    const float32 = answer?.vectors?.[0]?.data?.float32;
    return float32 && Float32Array.from(float32);
  }

  async list(program: string, page: PageRequest): Promise<Page<ExamOfProgram>> {
    checkLimit(page.limit);
    const list = `vectors:${program}`;
    const [from = '', token = ''] = (decodeCursor(list, page.cursor) ?? []).map(String);
    const names = (await this.#indexesOf(program)).toSorted().filter((name) => name >= from);
    const [name, next] = names;
    if (name === undefined) return { items: [] };
    const answer = await this.#orNothing(() =>
      this.#client.send(
        new ListVectorsCommand({
          ...this.#index(name),
          maxResults: page.limit,
          // The token is of the index that it was given for.
          ...(token === '' || name !== from ? {} : { nextToken: token }),
        }),
      ),
    );
    const items = (answer?.vectors ?? []).map(({ key = '' }) => examOf(key));
    if (answer?.nextToken !== undefined) {
      return { items, cursor: encodeCursor(list, [name, answer.nextToken]) };
    }
    return next === undefined ? { items } : { items, cursor: encodeCursor(list, [next, '']) };
  }

  async missing(
    program: string,
    model: string,
    exams: readonly ExamOfProgram[],
  ): Promise<readonly ExamOfProgram[]> {
    const found = new Set<string>();
    for (const part of partsOf(exams, GET_AT_ONCE)) {
      const keys = part.map(({ patient, exam }) => vectorKey(patient, exam));
      const answer = await this.#orNothing(() =>
        this.#client.send(
          new GetVectorsCommand({ ...this.#index(indexName(program, model)), keys, returnData: false }),
        ),
      );
      for (const { key } of answer?.vectors ?? []) if (key !== undefined) found.add(key);
    }
    return exams.filter(({ patient, exam }) => !found.has(vectorKey(patient, exam)));
  }

  async remove(program: string, patient: string, exams: readonly string[]): Promise<void> {
    if (exams.length === 0) return;
    const keys = exams.map((exam) => vectorKey(patient, exam));
    for (const name of await this.#indexesOf(program)) await this.#delete(name, keys);
  }

  async #putPart(name: string, exams: readonly IndexedExam[]): Promise<void> {
    const put = new PutVectorsCommand({
      ...this.#index(name),
      vectors: exams.map(({ key: { patient, exam }, vector, outcome, screenedAt }) => ({
        key: vectorKey(patient, exam),
        data: { float32: [...vector] },
        metadata: { patient, exam, outcome, screenedAt },
      })),
    });
    try {
      await this.#client.send(put);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#create(name, exams[0]?.vector.length ?? 0);
      await this.#client.send(put);
    }
  }

  async #create(name: string, dimension: number): Promise<void> {
    try {
      await this.#client.send(
        new CreateIndexCommand({
          ...this.#index(name),
          dataType: 'float32',
          dimension,
          distanceMetric: 'cosine',
          metadataConfiguration: { nonFilterableMetadataKeys: ['patient', 'exam', 'screenedAt'] },
        }),
      );
    } catch (error) {
      // Another function has made it in between.
      if (faultOf(error)?.code !== 'ConflictException') throw error;
    }
  }

  /** An exam that another model had screened before is found by its new features only. */
  async #forgetOtherModels(program: string, exams: readonly IndexedExam[]): Promise<void> {
    for (const name of await this.#knownIndexesOf(program)) {
      const others = exams.filter(({ model }) => indexName(program, model) !== name);
      const keys = others.map(({ key }) => vectorKey(key.patient, key.exam));
      if (keys.length > 0) await this.#delete(name, keys);
    }
  }

  async #delete(name: string, keys: readonly string[]): Promise<void> {
    for (const part of partsOf(keys, PUT_AT_ONCE)) {
      await this.#orNothing(() =>
        this.#client.send(new DeleteVectorsCommand({ ...this.#index(name), keys: [...part] })),
      );
    }
  }

  #knownIndexesOf(program: string): Promise<string[]> {
    const known = this.#names.get(program);
    if (known !== undefined && performance.now() - known.at < NAMES_FRESH_MILLISECONDS) return known.names;
    const names = this.#indexesOf(program);
    this.#names.set(program, { at: performance.now(), names });
    names.catch(() => this.#names.delete(program));
    return names;
  }

  /** Names of a program's indexes: one for each model that has screened its exams. */
  async #indexesOf(program: string): Promise<string[]> {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await this.#client.send(
        new ListIndexesCommand({
          vectorBucketName: this.#bucket,
          prefix: programPrefix(program),
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      names.push(...(answer.indexes ?? []).flatMap(({ indexName: name }) => name ?? []));
      nextToken = answer.nextToken;
    } while (nextToken !== undefined);
    return names;
  }

  #index(name: string): { readonly vectorBucketName: string; readonly indexName: string } {
    return { vectorBucketName: this.#bucket, indexName: name };
  }

  /** A program without an index has nothing to be found. */
  async #orNothing<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await call();
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}
