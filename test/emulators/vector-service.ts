import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { S3VectorsClient } from '@aws-sdk/client-s3vectors';
import { z } from 'zod';
import { S3VectorIndex } from '../../aws/search/s3-vector-index.ts';
import type { VectorIndexSubject } from '../conformance/vector-index.ts';
import { clientSettings } from './client-settings.ts';

const BUCKET = 'retclip-vectors';
const MOST_AT_ONCE = 500;
const MOST_MATCHES = 100;
const PAGE = 40;

const float32 = z.object({ float32: z.array(z.number()) }).strict();
const metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
/** The requests that S3 Vectors takes for one bucket, as its API reference describes them. */
function requestsFor(bucket: string) {
  const inBucket = z.literal(bucket);
  const at = { vectorBucketName: inBucket, indexName: z.string().regex(/^[a-z0-9.-]{3,63}$/) };
  return {
    CreateIndex: z
      .object({
        ...at,
        dataType: z.literal('float32'),
        dimension: z.number().int().min(1).max(4096),
        distanceMetric: z.enum(['cosine', 'euclidean']),
        metadataConfiguration: z.object({ nonFilterableMetadataKeys: z.array(z.string()).min(1).max(10) }),
      })
      .strict(),
    ListIndexes: z
      .object({ vectorBucketName: inBucket, prefix: z.string(), nextToken: z.string().optional() })
      .strict(),
    PutVectors: z
      .object({
        ...at,
        vectors: z
          .array(z.object({ key: z.string().min(1).max(1024), data: float32, metadata }).strict())
          .min(1)
          .max(MOST_AT_ONCE),
      })
      .strict(),
    GetVectors: z
      .object({ ...at, keys: z.array(z.string()).min(1).max(100), returnData: z.boolean() })
      .strict(),
    ListVectors: z
      .object({
        ...at,
        maxResults: z.number().int().min(1).max(1_000),
        nextToken: z.string().min(1).max(2_048).optional(),
      })
      .strict(),
    DeleteVectors: z.object({ ...at, keys: z.array(z.string()).min(1).max(MOST_AT_ONCE) }).strict(),
    QueryVectors: z
      .object({
        ...at,
        topK: z.number().int().min(1).max(MOST_MATCHES),
        queryVector: float32,
        filter: z.record(z.string(), z.object({ $eq: z.string() }).strict()).optional(),
        returnMetadata: z.boolean(),
        returnDistance: z.boolean(),
        nextToken: z.string().optional(),
      })
      .strict(),
  } as const;
}
type Requests = ReturnType<typeof requestsFor>;
type RequestOf<Operation extends keyof Requests> = z.infer<Requests[Operation]>;

interface Stored {
  readonly dimension: number;
  readonly unfilterable: readonly string[];
  readonly vectors: Map<string, { readonly data: number[]; readonly metadata: Record<string, unknown> }>;
}

class Refusal extends Error {
  readonly status: number;
  constructor(type: string, status: number) {
    super(type);
    this.name = type;
    this.status = status;
  }
}

function cosine(a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** S3 Vectors as its API reference documents it, in memory and exact. No emulator from npm speaks it. */
class VectorService {
  readonly #indexes = new Map<string, Stored>();
  readonly #bucket: string;
  readonly #requests: Requests;

  constructor(bucket: string) {
    this.#bucket = bucket;
    this.#requests = requestsFor(bucket);
  }

  /** Everything that is stored, as JSON. */
  content(): string {
    const indexes = [...this.#indexes].map(([name, { vectors }]) => [name, [...vectors]]);
    return JSON.stringify(indexes);
  }

  answer(operation: string, body: unknown): unknown {
    if (!(operation in this.#requests)) throw new Refusal('UnknownOperationException', 404);
    const schema = this.#requests[operation as keyof Requests];
    const parsed = schema.safeParse(body);
    if (!parsed.success) throw new Refusal('ValidationException', 400);
    const method = this[operation as keyof Requests] as (request: unknown) => unknown;
    return method.call(this, parsed.data);
  }

  CreateIndex(request: RequestOf<'CreateIndex'>): unknown {
    if (this.#indexes.has(request.indexName)) throw new Refusal('ConflictException', 409);
    const unfilterable = request.metadataConfiguration.nonFilterableMetadataKeys;
    this.#indexes.set(request.indexName, { dimension: request.dimension, unfilterable, vectors: new Map() });
    return {};
  }

  ListIndexes({ prefix, nextToken }: RequestOf<'ListIndexes'>): unknown {
    const names = [...this.#indexes.keys()].filter((name) => name.startsWith(prefix)).sort();
    // One a page: a caller that does not follow the token misses the rest.
    const from = Number(nextToken ?? 0);
    const indexes = names.slice(from, from + 1).map((indexName) => ({
      ...{ vectorBucketName: this.#bucket, indexName, creationTime: 0 },
      indexArn: `arn:aws:s3vectors:us-east-1:000000000000:bucket/${this.#bucket}/index/${indexName}`,
    }));
    return from + 1 < names.length ? { indexes, nextToken: String(from + 1) } : { indexes };
  }

  PutVectors({ indexName, vectors }: RequestOf<'PutVectors'>): unknown {
    const index = this.#index(indexName);
    for (const { data } of vectors) {
      if (data.float32.length !== index.dimension) throw new Refusal('ValidationException', 400);
    }
    for (const { key, data, metadata: about } of vectors) {
      index.vectors.set(key, { data: data.float32, metadata: about });
    }
    return {};
  }

  GetVectors({ indexName, keys, returnData }: RequestOf<'GetVectors'>): unknown {
    const { vectors } = this.#index(indexName);
    const found = keys.flatMap((key) => {
      const vector = vectors.get(key);
      return vector === undefined ? [] : [returnData ? { key, data: { float32: vector.data } } : { key }];
    });
    return { vectors: found };
  }

  ListVectors({ indexName, maxResults, nextToken }: RequestOf<'ListVectors'>): unknown {
    const keys = [...this.#index(indexName).vectors.keys()];
    const from = nextToken === undefined ? 0 : keys.indexOf(nextToken) + 1;
    const page = keys.slice(from, from + maxResults);
    const vectors = page.map((key) => ({ key }));
    return from + maxResults < keys.length ? { vectors, nextToken: page.at(-1) } : { vectors };
  }

  DeleteVectors({ indexName, keys }: RequestOf<'DeleteVectors'>): unknown {
    const { vectors } = this.#index(indexName);
    for (const key of keys) vectors.delete(key);
    return {};
  }

  QueryVectors(request: RequestOf<'QueryVectors'>): unknown {
    const { indexName, topK, queryVector, filter = {}, nextToken } = request;
    const { dimension, unfilterable, vectors } = this.#index(indexName);
    const isFilterable = Object.keys(filter).every((name) => !unfilterable.includes(name));
    if (queryVector.float32.length !== dimension || !isFilterable)
      throw new Refusal('ValidationException', 400);
    const matches = [...vectors]
      .filter(([, { metadata: about }]) =>
        Object.entries(filter).every(([name, { $eq }]) => about[name] === $eq),
      )
      .map(([key, { data, metadata: about }]) => ({
        key,
        distance: 1 - cosine(data, queryVector.float32),
        metadata: about,
      }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, topK);
    const from = Number(nextToken ?? 0);
    const page = { vectors: matches.slice(from, from + PAGE), distanceMetric: 'cosine' };
    return from + PAGE < matches.length ? { ...page, nextToken: String(from + PAGE) } : page;
  }

  #index(name: string): Stored {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Refusal('NotFoundException', 404);
    return index;
  }
}

/** A server that speaks the protocol of S3 Vectors. */
export interface VectorServer {
  readonly endpoint: string;
  /** Everything that is stored, as JSON. */
  content(): string;
  close(): Promise<void>;
}

/** Serves one vector bucket on the loopback. */
export async function serveVectors(bucket: string): Promise<VectorServer> {
  const service = new VectorService(bucket);
  const server = createServer(async (request, response) => {
    const body = await text(request);
    try {
      const answer = service.answer((request.url ?? '').slice(1), JSON.parse(body));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const { name, status } =
        error instanceof Refusal ? error : { name: 'InternalServerException', status: 500 };
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name })
        .end(JSON.stringify({ message: name }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    content: () => service.content(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The index of the AWS home on a server that speaks the protocol of S3 Vectors. */
export async function openVectorService(): Promise<VectorIndexSubject> {
  const server = await serveVectors(BUCKET);
  const client = new S3VectorsClient(clientSettings(server.endpoint));
  return {
    vectors: new S3VectorIndex(client, BUCKET),
    reopen: async () => new S3VectorIndex(client, BUCKET),
    async close() {
      client.destroy();
      await server.close();
    },
  };
}
