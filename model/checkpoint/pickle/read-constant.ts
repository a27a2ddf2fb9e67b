import type { ByteReader } from './byte-reader.ts';
import type { PickleValue } from './values.ts';

/** Reads a number, a text or bytes. @returns `undefined` for an opcode of something else */
export function readConstant(opcode: number, reader: ByteReader): PickleValue | undefined {
  switch (opcode) {
    case 0x4e:
      return null;
    case 0x88:
      return true;
    case 0x89:
      return false;
    case 0x4a:
      return reader.int32();
    case 0x4b:
      return reader.uint8();
    case 0x4d:
      return reader.uint16();
    case 0x8a:
      return reader.integer(reader.uint8());
    case 0x8b:
      return reader.integer(reader.uint32());
    case 0x47:
      return reader.float64();
    case 0x8c:
      return reader.text(reader.uint8());
    case 0x58:
      return reader.text(reader.uint32());
    case 0x8d:
      return reader.text(reader.uint64());
    case 0x43:
    case 0x55:
      return new Uint8Array(reader.take(reader.uint8()));
    case 0x42:
    case 0x54:
      return new Uint8Array(reader.take(reader.uint32()));
    case 0x8e:
    case 0x96:
      return new Uint8Array(reader.take(reader.uint64()));
    default:
      return undefined;
  }
}
