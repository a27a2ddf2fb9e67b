import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
import { MalformedTensorsError } from './safetensors-header.ts';

const encoded = () =>
  encodeSafetensors(
    {
      present: { data: Uint8Array.of(1, 0, 1), shape: [3, 1] },
      patient: { data: Float32Array.of(1.5, -2, 3.25), shape: [3, 1] },
    },
    { model: 'm1' },
  );

/** A file with this text as its header and nothing behind it. */
function withHeader(text: string): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
  return Buffer.concat([length, Buffer.from(text)]);
}

describe('a safetensors file', () => {
  it('is read back as it was written', () => {
    const { tensors, metadata } = decodeSafetensors(encoded());
    expect(metadata).toEqual({ model: 'm1' });
    expect(tensors.get('patient')).toEqual({ data: Float32Array.of(1.5, -2, 3.25), shape: [3, 1] });
    expect(tensors.get('present')).toEqual({ data: Uint8Array.of(1, 0, 1), shape: [3, 1] });
  });

  it('has the wider numbers first, behind a header filled up to the next multiple of eight bytes', () => {
    const file = Buffer.from(encoded());
    const header =
      '{"__metadata__":{"model":"m1"},"patient":{"dtype":"F32","shape":[3,1],"data_offsets":[0,12]},' +
      '"present":{"dtype":"U8","shape":[3,1],"data_offsets":[12,15]}}';
    // 155 bytes, and so 160.
    expect(header).toHaveLength(155);
    expect(file.readBigUInt64LE(0)).toBe(160n);
    expect(file.toString('latin1', 8, 168)).toBe(header.padEnd(160));
    expect(file.toString('hex', 168)).toBe('0000c03f000000c000005040010001');
  });

  it('that is cut anywhere is refused, never half read', () => {
    const file = encoded();
    for (let length = 0; length < file.length; length += 1) {
      expect(() => decodeSafetensors(file.subarray(0, length))).toThrow(MalformedTensorsError);
    }
  });

  it.each([
    ['a header beyond the file', Buffer.from('ffffffffffffff7f00', 'hex'), /longer than the format allows/],
    ['a header that is not JSON', withHeader('nonsense'), /no safetensors header that can be read/],
    [
      'an unknown element type',
      withHeader('{"a":{"dtype":"I64","shape":[0],"data_offsets":[0,0]}}'),
      /tensor "a" has the type I64/,
    ],
    [
      'a tensor that ends before it begins',
      withHeader('{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}'),
      /"a"/,
    ],
    [
      'fewer bytes than the shape says',
      withHeader('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,0]}}'),
      /"a"/,
    ],
    [
      'more bytes than the shape says',
      Buffer.concat([withHeader('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,2]}}'), Buffer.alloc(2)]),
      /"a" has 2 bytes/,
    ],
    [
      'half a number',
      Buffer.concat([withHeader('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}}'), Buffer.alloc(3)]),
      /"a"/,
    ],
  ])('with %s is refused', (_, file, reason) => {
    expect(() => decodeSafetensors(file)).toThrow(reason);
  });

  it('made of any bytes is either read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedTensorsError);
        }
      }),
    );
  });
});
