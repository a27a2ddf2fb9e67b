import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTensorArchive } from '../../model/checkpoint/open-tensor-archive.ts';
import { FeaturesFile } from '../../model/cohort/features-file.ts';
import { UnreadableFileError } from '../../model/errors.ts';
import { eraseRow } from '../features/erase-row.ts';
import { repeatedName } from './repeated-names.ts';
import { decodeSafetensors } from './safetensors.ts';
import { headerLength, MalformedTensorsError, parseTensorsHeader } from './safetensors-header.ts';

/** A file by its header's very text and the bytes behind it. */
function fileOf(header: string | Buffer, data: number): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(data, 1)]);
}

const tensor = (begin: number, end: number, shape = `[${(end - begin) / 4}]`, type = 'F32') =>
  `{"dtype":"${type}","shape":${shape},"data_offsets":[${begin},${end}]}`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Every reader of the format in this project, with the error that it refuses by. */
const READERS: readonly [string, (file: Buffer) => Promise<unknown>, new (message: string) => Error][] = [
  [
    'a checkpoint',
    async (file) => {
      await writeFile(join(folder, 'w.safetensors'), file);
      const archive = await openTensorArchive(join(folder, 'w.safetensors'));
      await archive.close();
    },
    UnreadableFileError,
  ],
  [
    "a cohort's features",
    async (file) => {
      await writeFile(join(folder, 'f.safetensors'), file);
      return FeaturesFile.open(join(folder, 'f.safetensors'));
    },
    UnreadableFileError,
  ],
  ['a shard', async (file) => decodeSafetensors(file), MalformedTensorsError],
  ['an erasure', async (file) => eraseRow(file, 0), MalformedTensorsError],
];

const MALFORMED: readonly [string, Buffer, RegExp][] = [
  [
    'tensors of the same bytes',
    fileOf(`{"a":${tensor(0, 16)},"b":${tensor(0, 16)}}`, 16),
    /tensor "b" overlaps tensor "a"/,
  ],
  [
    'tensors that overlap by a byte',
    fileOf(`{"a":${tensor(0, 8)},"b":${tensor(7, 15, '[2]')}}`, 15),
    /tensor "b" overlaps tensor "a"/,
  ],
  [
    'a tensor inside of another',
    fileOf(`{"a":${tensor(0, 16)},"b":${tensor(4, 8)}}`, 16),
    /tensor "b" overlaps tensor "a"/,
  ],
  ['a name twice', fileOf(`{"a":${tensor(0, 8)},"a":${tensor(0, 8)}}`, 8), /has "a" twice/],
  [
    'a name twice, once in disguise',
    fileOf(`{"a":${tensor(0, 8)},"\\u0061":${tensor(0, 8)}}`, 8),
    /has "a" twice/,
  ],
  [
    'a property of a tensor twice',
    fileOf(`{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8),
    /has "dtype" twice/,
  ],
  [
    'metadata twice',
    fileOf(`{"__metadata__":{},"__metadata__":{},"a":${tensor(0, 8)}}`, 8),
    /has "__metadata__" twice/,
  ],
  [
    'bytes behind the last tensor',
    fileOf(`{"a":${tensor(0, 8)}}`, 9),
    /1 bytes behind tensor "a" belong to no tensor/,
  ],
  ['bytes behind a header without tensors', fileOf('{}', 4), /4 bytes behind its header/],
  ['a gap', fileOf(`{"a":${tensor(0, 8)},"b":${tensor(12, 20)}}`, 20), /4 bytes before tensor "b"/],
  ['a tensor that is cut', fileOf(`{"a":${tensor(0, 8)}}`, 7), /breaks off before the end of tensor "a"/],
  [
    'offsets the wrong way round',
    fileOf(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}}`, 8),
    /tensor "a" has -4 bytes/,
  ],
  [
    'a shape beyond any file',
    fileOf(`{"a":{"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,8]}}`, 8),
    /tensor "a" has 8 bytes/,
  ],
  [
    'a shape whose product is right by overflow',
    fileOf(`{"a":{"dtype":"U8","shape":[4294967296,4294967296,1],"data_offsets":[0,0]}}`, 0),
    /tensor "a" has 0 bytes/,
  ],
  ['an unknown type', fileOf(`{"a":${tensor(0, 8, '[2]', 'constructor')}}`, 8), /unknown type constructor/],
  [
    'more than the format has',
    fileOf(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}`, 8),
    /tensor "a" is badly described/,
  ],
  [
    'a header longer than the file',
    Buffer.from([255, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]),
    /ends within its header/,
  ],
  [
    'a header of 2⁶³ bytes',
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 128, 0x7b, 0x7d]),
    /longer than the format allows/,
  ],
  [
    'a header that is not UTF-8',
    fileOf(Buffer.from(`{"\xff":${tensor(0, 8)}}`, 'latin1'), 8),
    /no safetensors header that can be read/,
  ],
  ['metadata that is not text', fileOf('{"__metadata__":{"rows":3}}', 0), /metadata that are no texts/],
];

/** Byte for byte as another writer made it: two tensors of the same 16 bytes, and four bytes behind them. */
const OVERLAP = fileOf(
  '{"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}, "b": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}',
  16,
);

describe.each(READERS)('the reader of %s', (_, read, Refusal) => {
  it.each(MALFORMED)('refuses %s by name', async (_name, file, reason) => {
    const reading = read(file);
    await expect(reading).rejects.toThrow(reason);
    await expect(read(file)).rejects.toThrow(Refusal);
  });

  it('refuses the file of overlapping entries that was once accepted', async () => {
    await expect(read(OVERLAP)).rejects.toThrow(/tensor "b" overlaps tensor "a"/);
  });
});

describe('a header', () => {
  it('may name tensors in another order than that of their bytes', () => {
    const places = (header: string) =>
      [...parseTensorsHeader(Buffer.from(header), 16).tensors].map(([name, { begin, end }]) => [
        name,
        begin,
        end,
      ]);
    expect(places(`{"b":${tensor(8, 16)},"a":${tensor(0, 8)}}`)).toEqual([
      ['b', 8, 16],
      ['a', 0, 8],
    ]);
    // An empty tensor lies where another begins, on either side of it.
    const [empty, full, first] = [tensor(8, 8), tensor(8, 16), tensor(0, 8)];
    expect(places(`{"b":${full},"none":${empty},"a":${first}}`)).toHaveLength(3);
    expect(places(`{"none":${empty},"b":${full},"a":${first}}`)).toHaveLength(3);
  });

  it.each(['\ufeff{}', '[]', 'null', '7', ''])('is not a header: %j', (text) => {
    const read = () => parseTensorsHeader(Buffer.from(text), 0);
    expect(read).toThrow(MalformedTensorsError);
    expect(read).toThrow('no safetensors header that can be read');
  });

  it('is judged alone where nothing is said of the bytes behind it', () => {
    const alone = (header: string) => () => parseTensorsHeader(Buffer.from(header), null);
    expect(alone(`{"a":${tensor(0, 8)},"b":${tensor(8, 16)}}`)().tensors.size).toBe(2);
    expect(alone(`{"a":${tensor(0, 8)},"b":${tensor(4, 12)}}`)).toThrow('tensor "b" overlaps tensor "a"');
  });

  it('is not there in a file of seven bytes', () => {
    expect(() => headerLength(new Uint8Array(7), 7)).toThrow('it has no safetensors header');
    expect(headerLength(new Uint8Array(8), 8)).toBe(0);
  });

  it('has 100,000,000 bytes at most', () => {
    const begin = (bytes: bigint) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(bytes);
      return length;
    };
    expect(headerLength(begin(100_000_000n), 100_000_008)).toBe(100_000_000);
    expect(() => headerLength(begin(100_000_001n), 100_000_009)).toThrow('longer than the format allows');
  });
});

describe('a name that stands twice', () => {
  it('is found wherever it stands, and no other', () => {
    for (const text of [
      '{"a":[{"b":1},{"b":2}],"b":{"a":"a\\"b\\\\"}}',
      '["a","a"]',
      '{"a":"a","b":"a,{\\"a\\""}',
      '{}',
      '"a"',
    ])
      expect(repeatedName(text)).toBeNull();
    expect(repeatedName('{"x":{"y":[{"z":1,"q":[],"z":2}]}}')).toBe('z');
    expect(repeatedName('{"\\\\":1,"\\\\":2}')).toBe('\\');
  });

  it('is in no text that JSON.stringify makes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(repeatedName(JSON.stringify(value))).toBeNull();
      }),
    );
  });
});
