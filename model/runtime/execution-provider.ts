import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where graphs are computed. */
export type ExecutionProvider = 'cuda' | 'cpu';

/**
 * CUDA where its libraries were installed beside ONNX Runtime, as the GPU image does on purpose, else the CPU. Asking
 * ONNX Runtime itself does not tell: it lists what it was built for.
 */
export function bestProvider(): ExecutionProvider {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const libraries = join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch);
  return existsSync(join(libraries, 'libonnxruntime_providers_cuda.so')) ? 'cuda' : 'cpu';
}
