import { UnreadableFileError } from '../errors.ts';
import { openLegacyTorchArchive } from './legacy-torch-archive.ts';
import { RandomAccessFile } from './random-access-file.ts';
import { SafetensorsArchive } from './safetensors.ts';
import { ShardedArchive } from './sharded-archive.ts';
import { openTorchArchive } from './torch-archive.ts';
import type { TensorArchive } from './weights.ts';

/** What a file begins with tells what it is; its name does not. */
function kindOf(head: Buffer): 'torch' | 'safetensors' | 'legacy' | 'index' | 'page' | 'unknown' {
  if (head.length >= 4 && head.readUInt32LE(0) === 0x04034b50) return 'torch';
  if (head.length >= 2 && head[0] === 0x80 && (head[1] ?? 0) <= 5) return 'legacy';
  if (/^\s*<(?:!doctype|html)/i.test(head.toString('latin1'))) return 'page';
  if (/^\s*\{/.test(head.toString('latin1'))) return 'index';
  if (head.length >= 10 && head[8] === 0x7b) return 'safetensors';
  return 'unknown';
}

/**
 * Opens a file of tensors: what `torch.save` writes in either of its formats, `.safetensors`, or the index (`*.index.json`)
 * of several such files.
 *
 * @throws UnreadableFileError telling what the file is instead and what to do
 * @throws UnsafePickleError if it asks for more than tensors
 * @example
 * const archive = await openTensorArchive('ret-clip.pt');
 * const weights = await archive.read('state_dict.module.visual.proj');
 */
export function openTensorArchive(path: string): Promise<TensorArchive> {
  return openArchive(path, false);
}

async function openArchive(path: string, isShard: boolean): Promise<TensorArchive> {
  const file = await RandomAccessFile.open(path);
  try {
    const kind = kindOf(await file.read(0, Math.min(64, file.bytes)));
    switch (kind) {
      case 'torch':
        return await openTorchArchive(file);
      case 'safetensors':
        return await SafetensorsArchive.open(file);
      case 'legacy':
        return await openLegacyTorchArchive(file);
      case 'index': {
        if (isShard) throw new UnreadableFileError(`"${path}" is an index within an index.`);
        const archive = await ShardedArchive.open(path, (shard) => openArchive(shard, true));
        await file.close();
        return archive;
      }
      case 'page':
        throw new UnreadableFileError(
          `"${path}" is a web page: the download did not give the checkpoint itself.`,
        );
      default:
        throw new UnreadableFileError(
          `"${path}" is neither a PyTorch checkpoint, nor a safetensors file, nor the index of several.`,
        );
    }
  } catch (error) {
    await file.close();
    throw error;
  }
}
