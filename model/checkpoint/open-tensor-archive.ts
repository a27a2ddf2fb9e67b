import { UnreadableFileError } from '../errors.ts';
import { RandomAccessFile } from './random-access-file.ts';
import { SafetensorsArchive } from './safetensors.ts';
import { TorchArchive } from './torch-archive.ts';
import type { TensorArchive } from './weights.ts';

/** What a file begins with tells what it is; its name does not. */
function kindOf(head: Buffer): 'torch' | 'safetensors' | 'legacy' | 'page' | 'unknown' {
  if (head.length >= 4 && head.readUInt32LE(0) === 0x04034b50) return 'torch';
  if (head.length >= 2 && head[0] === 0x80 && (head[1] ?? 0) <= 5) return 'legacy';
  if (/^\s*<(?:!doctype|html)/i.test(head.toString('latin1'))) return 'page';
  if (head.length >= 10 && head[8] === 0x7b) return 'safetensors';
  return 'unknown';
}

/**
 * Opens a file of tensors: what `torch.save` writes, or `.safetensors`.
 *
 * @throws UnreadableFileError telling what the file is instead and what to do
 * @throws UnsafePickleError if it asks for more than tensors
 * @example
 * const archive = await openTensorArchive('ret-clip.pt');
 * const weights = await archive.read('module.visual.proj');
 */
export async function openTensorArchive(path: string): Promise<TensorArchive> {
  const file = await RandomAccessFile.open(path);
  try {
    const kind = kindOf(await file.read(0, Math.min(64, file.bytes)));
    switch (kind) {
      case 'torch':
        return await TorchArchive.open(file);
      case 'safetensors':
        return await SafetensorsArchive.open(file);
      case 'legacy':
        throw new UnreadableFileError(
          `"${path}" is a checkpoint in the format before PyTorch 1.6. Load it in PyTorch and save it again with torch.save.`,
        );
      case 'page':
        throw new UnreadableFileError(
          `"${path}" is a web page: the download did not give the checkpoint itself.`,
        );
      default:
        throw new UnreadableFileError(`"${path}" is neither a PyTorch checkpoint nor a safetensors file.`);
    }
  } catch (error) {
    await file.close();
    throw error;
  }
}
