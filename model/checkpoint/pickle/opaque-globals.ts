import type { Global } from './values.ts';

/**
 * Names of what training scripts keep beside the weights: arguments, paths, and numbers of NumPy. A pickle may refer to
 * them; nothing is made of them but a note that they were there.
 */
const OPAQUE: ReadonlySet<string> = new Set([
  'argparse.Namespace',
  'types.SimpleNamespace',
  ...['pathlib', 'pathlib._local'].flatMap((module) =>
    ['Path', 'PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath'].map(
      (name) => `${module}.${name}`,
    ),
  ),
  'numpy.dtype',
  'numpy.ndarray',
  // NumPy 1 and 2.
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) =>
    ['scalar', '_reconstruct'].map((name) => `${module}.${name}`),
  ),
  'torch.torch_version.TorchVersion',
]);

/** `true` for what is noted and never made. */
export function isOpaque(global: Global): boolean {
  return OPAQUE.has(global.fullName);
}
