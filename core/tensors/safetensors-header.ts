import { z } from 'zod';
import { CoreError } from '../errors.ts';
import { repeatedName } from './repeated-names.ts';

/** The format itself allows no longer header, in bytes. */
const LONGEST_HEADER = 100_000_000;
/** Bytes of the number that tells the header's length. */
export const LENGTH_BYTES = 8;

/** Bytes of one element, by its type's name in the format. */
export const ELEMENT_WIDTHS: Readonly<Record<string, number>> = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E4M3: 1, F8_E5M2: 1 },
  ...{ I16: 2, U16: 2, F16: 2, BF16: 2 },
  ...{ I32: 4, U32: 4, F32: 4 },
  ...{ I64: 8, U64: 8, F64: 8 },
};

const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(count).max(16),
  data_offsets: z.tuple([count, count]),
});
const metadataSchema = z.record(z.string(), z.string());

/** A file of tensors contradicts itself. The message is a part of a sentence: `tensor "b" overlaps tensor "a"`. */
export class MalformedTensorsError extends CoreError {}

/** Where a tensor lies: from the first byte behind the header, the end excluded. */
export interface TensorPlace {
  readonly name: string;
  /** Its type's name in the format: a key of `ELEMENT_WIDTHS`. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface TensorsHeader {
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  readonly metadata: Readonly<Record<string, string>>;
}

function refuse(what: string): never {
  throw new MalformedTensorsError(what);
}

/**
 * How long the header is.
 *
 * @param start the first eight bytes of the file
 * @param fileBytes length of the whole file
 */
export function headerLength(start: Uint8Array, fileBytes: number): number {
  if (start.byteLength < LENGTH_BYTES) refuse('it is cut: it has no safetensors header');
  const length = new DataView(start.buffer, start.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(LONGEST_HEADER)) refuse('its header would be longer than the format allows');
  if (LENGTH_BYTES + Number(length) > fileBytes) refuse('it is cut: it ends within its header');
  return Number(length);
}

function placeOf(name: string, value: unknown): TensorPlace {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) refuse(`tensor "${name}" is badly described`);
  const {
    dtype: type,
    shape,
    data_offsets: [begin, end],
  } = parsed.data;
  const width = Object.hasOwn(ELEMENT_WIDTHS, type) ? ELEMENT_WIDTHS[type] : undefined;
  if (width === undefined) refuse(`tensor "${name}" has the unknown type ${type}`);
  const bytes = shape.reduce((product, size) => product * size, width);
  if (end - begin !== bytes)
    refuse(`tensor "${name}" has ${end - begin} bytes where its shape needs ${bytes}`);
  return { name, type, shape, begin, end };
}

/** The bytes behind the header are the tensors', one after the other: each byte belongs to one of them. */
function refuseOverlapsAndHoles(tensors: Iterable<TensorPlace>, dataBytes: number | null): void {
  const inOrder = [...tensors].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let before: TensorPlace | undefined;
  for (const tensor of inOrder) {
    const expected = before?.end ?? 0;
    if (dataBytes !== null && tensor.end > dataBytes)
      refuse(`it is cut: it breaks off before the end of tensor "${tensor.name}"`);
    if (tensor.begin < expected) refuse(`tensor "${tensor.name}" overlaps tensor "${before?.name}"`);
    if (tensor.begin > expected)
      refuse(`${tensor.begin - expected} bytes before tensor "${tensor.name}" belong to no tensor`);
    before = tensor;
  }
  const rest = dataBytes === null ? 0 : dataBytes - (before?.end ?? 0);
  if (rest > 0)
    refuse(`${rest} bytes behind ${before ? `tensor "${before.name}"` : 'its header'} belong to no tensor`);
}

/**
 * Reads the header of a safetensors file, as strictly as the format is described: every name stands once, and the
 * tensors fill the rest of the file with neither overlap nor gap.
 *
 * @param header the bytes of the header
 * @param dataBytes how many bytes follow it in the file; `null` if the header alone is to be judged
 * @throws MalformedTensorsError naming the tensor at fault
 * @see https://github.com/huggingface/safetensors#format
 */
export function parseTensorsHeader(header: Uint8Array, dataBytes: number | null): TensorsHeader {
  let text: string;
  let content: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(header);
    content = JSON.parse(text);
  } catch {
    return refuse('it has no safetensors header that can be read');
  }
  if (content === null || typeof content !== 'object' || Array.isArray(content))
    return refuse('it has no safetensors header that can be read');
  const twice = repeatedName(text);
  if (twice !== null) refuse(`its header has "${twice}" twice`);
  const entries = Object.entries(content);
  const tensors = new Map(
    entries.filter(([name]) => name !== '__metadata__').map(([name, value]) => [name, placeOf(name, value)]),
  );
  refuseOverlapsAndHoles(tensors.values(), dataBytes);
  const metadata = metadataSchema.safeParse('__metadata__' in content ? content.__metadata__ : {});
  if (!metadata.success) return refuse('it has metadata that are no texts');
  return { tensors, metadata: metadata.data };
}

/**
 * Reads the header of a file that is whole in memory.
 *
 * @returns what it says, and where the tensors begin
 * @throws MalformedTensorsError naming the tensor at fault
 */
export function headerOfFile(file: Uint8Array): TensorsHeader & { readonly dataFrom: number } {
  const dataFrom = LENGTH_BYTES + headerLength(file, file.byteLength);
  const header = parseTensorsHeader(file.subarray(LENGTH_BYTES, dataFrom), file.byteLength - dataFrom);
  return { ...header, dataFrom };
}
