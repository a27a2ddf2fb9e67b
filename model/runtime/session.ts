import { InferenceSession } from 'onnxruntime-node';
import { reasonOf } from '../../core/errors.ts';
import type { Bundle } from '../bundle/open-bundle.ts';
import { verifiedFile } from '../bundle/verified-file.ts';
import { BundleError, UnreadableFileError } from '../errors.ts';
import { externalFiles } from '../onnx/external-data.ts';
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
    throw new BundleError(`ONNX Runtime cannot load "${path}" for ${provider}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Loads a graph of a bundle, after its content was compared with the manifest.
 *
 * @param name of the file within the bundle
 * @throws BundleError if the file is not the bundle's, has weights elsewhere, or ONNX Runtime refuses it
 */
export async function loadGraph(
  bundle: Bundle,
  name: string,
  options: SessionOptions = {},
): Promise<InferenceSession> {
  const path = await verifiedFile(bundle, name);
  try {
    for (const file of await externalFiles(path)) await verifiedFile(bundle, file);
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    throw new BundleError(error.message, { cause: error });
  }
  return loadSession(path, options);
}
