import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../../core/errors.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { TextSession } from '../../model/runtime/text-session.ts';

/** Runs in a thread of its own: ONNX Runtime keeps its thread busy for as long as a text takes. */
const bundle = await openBundle(workerData as string);
const session = await TextSession.load(bundle, { provider: 'cpu' });
const { contextLength } = bundle.manifest;

parentPort?.on('message', async (asked: { readonly id: number; readonly text: string } | null) => {
  // Nothing more will be asked: the thread ends when what it is at is done.
  if (asked === null) return parentPort?.close();
  const { id, text } = asked;
  try {
    const { features } = await session.encode([text], contextLength);
    parentPort?.postMessage({ id, vector: Float32Array.from(features.patient) });
  } catch (error) {
    parentPort?.postMessage({ id, reason: reasonOf(error) });
  }
});
