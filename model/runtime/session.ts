import { InferenceSession } from 'onnxruntime-node';
import { BundleError } from '../errors.ts';
import { bestProvider, type ExecutionProvider } from './execution-provider.ts';

export interface SessionOptions {
  /** The best there is unless told. */
  readonly provider?: ExecutionProvider;
  /** Threads of one run on the CPU; ONNX Runtime's choice unless told. */
  readonly threads?: number;
}

/**
 * Loads a graph. A run keeps its thread busy until it is done, so a service runs it in a worker thread.
 *
 * @throws BundleError if ONNX Runtime refuses the file
 */
export async function loadSession(path: string, options: SessionOptions = {}): Promise<InferenceSession> {
  const provider = options.provider ?? bestProvider();
  try {
    return await InferenceSession.create(path, {
      executionProviders: provider === 'cuda' ? ['cuda', 'cpu'] : ['cpu'],
      graphOptimizationLevel: 'all',
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // Threads that wait for each other by spinning would take the processors from the decoders; alone they gain nothing.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads, interOpNumThreads: 1 }),
    });
  } catch (error) {
    throw new BundleError(
      `ONNX Runtime cannot load "${path}" for ${provider}: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    );
  }
}
