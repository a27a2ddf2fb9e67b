/** A header of a safetensors file, by its tensors' names. */
export type TensorsOfFile = Record<
  string,
  { shape: number[]; dtype: string; data_offsets: [number, number] }
>;

/**
 * A safetensors file whose tensors were renamed, reshaped, removed or repeated: the bytes of those that are left follow
 * each other, as the format wants it.
 *
 * @param change edits the header; of new entries, `data_offsets` say whose bytes they are given
 */
export function changeSafetensors(
  file: Buffer,
  change: (tensors: TensorsOfFile, data: Buffer) => void,
): Buffer {
  const dataFrom = 8 + Number(file.readBigUInt64LE());
  const data = Buffer.from(file.subarray(dataFrom));
  const tensors: TensorsOfFile = JSON.parse(file.toString('utf8', 8, dataFrom));
  change(tensors, data);
  let at = 0;
  const parts = Object.values(tensors).map((tensor) => {
    const [begin, end] = tensor.data_offsets;
    // Offsets that make no sense are what is to be refused.
    if (begin < 0 || end < begin) return Buffer.alloc(0);
    tensor.data_offsets = [at, at + end - begin];
    at += end - begin;
    return data.subarray(begin, end);
  });
  const text = Buffer.from(JSON.stringify(tensors));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...parts]);
}
