import { type ExplainOptions, explainFolder } from '../explain-folder.ts';

/** Reads paths as a folder: `patient exam eye field`, or `-` for a refused file; then the kinds of doubts. */
export function readFolder(
  paths: readonly string[],
  options: ExplainOptions = {},
): { files: string[]; doubts: string[] } {
  const names = paths.map((path) => {
    const segments = path.split('/');
    return { folders: segments.slice(0, -1), stem: segments.at(-1) ?? '' };
  });
  const { files, doubts } = explainFolder(names, options);
  return {
    files: files.map((file) =>
      'refused' in file ? '-' : `${file.patient} | ${file.exam} | ${file.laterality} | ${file.field ?? ''}`,
    ),
    doubts: [...new Set(doubts.map(({ kind }) => kind))].sort(),
  };
}
