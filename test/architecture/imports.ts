import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

const NOT_OURS = new Set(['node_modules', 'cdk.out', '.cache', 'coverage', 'dist', 'dashboard']);
const TESTS = /\.test\.ts$|(?:^|\/)testing\/|^test\/|^bench\/|^vitest\.config\.ts$/;

/** Which files of the project each of its files imports, by their paths from the project's root. */
export type Imports = ReadonlyMap<string, ReadonlySet<string>>;

/** Whether a file belongs to the tests and the measurements, which may import everything. */
export function isTest(file: string): boolean {
  return TESTS.test(file);
}

/**
 * The imports of every TypeScript file under `root`: static, dynamic and re-exporting ones, and those of types.
 * Packages are left out.
 *
 * @throws Error when a file does not parse, or imports a file that does not exist
 */
export function readImports(root: string): Imports {
  const found = globSync('**/*.{ts,tsx}', {
    cwd: root,
    exclude: (name) => NOT_OURS.has(basename(name)),
  }).sort();
  const files = new Set(found.map((file) => file.replaceAll('\\', '/')));
  return new Map(
    [...files].map((file) => {
      const requests = importRequests(file, readFileSync(join(root, file), 'utf8'));
      const imported = requests
        .filter((request) => request.startsWith('.') && /\.tsx?$/.test(request))
        .map((request) => join(dirname(file), request).replaceAll('\\', '/'));
      const missing = imported.find((other) => !files.has(other));
      if (missing !== undefined) throw new Error(`${file} imports ${missing}, which does not exist`);
      return [file, new Set(imported)];
    }),
  );
}

/** What a source imports, as it is written there: `./name.ts`, `zod`. */
export function importRequests(file: string, source: string): readonly string[] {
  const { module, program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const requests = [
    ...module.staticImports.map((statement) => statement.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.map((entry) => entry.moduleRequest?.value ?? ''),
    ),
  ];
  if (source.includes('import(')) {
    new Visitor({
      ImportExpression: ({ source: path }) => {
        if (path.type === 'Literal' && typeof path.value === 'string') requests.push(path.value);
      },
      TSImportType: ({ source: path }) => {
        requests.push(path.value);
      },
    }).visit(program);
  }
  return requests;
}
