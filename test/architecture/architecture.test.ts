import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { type Arrow, arrowText, circlesOf, graphOf, siblingArrows } from './circles.ts';
import { type Imports, importRequests, isTest, readImports } from './imports.ts';
import { CLOSING_ARROWS, REFUSED_IMPORTS } from './known-exceptions.ts';
import { INNER_ROOMS, refusedArrow } from './order.ts';

const everything = readImports(PROJECT_ROOT);
const product: Imports = new Map([...everything].filter(([file]) => !isTest(file)));
const arrows = siblingArrows(product, INNER_ROOMS);
const refused = refusedImports(product);

describe('the imports of the product', () => {
  it('are walked, and told in figures', () => {
    const imports = [...product.values()].reduce((sum, imported) => sum + imported.size, 0);
    expect(product.size).toBeGreaterThan(800);
    expect(imports).toBeGreaterThan(3_000);
    console.log(
      [
        `${product.size} files, ${imports} imports of one another`,
        `against the order of rooms and storeys: ${refused.size}`,
        `circles of files: ${circlesOf(product).length}, with the tests: ${circlesOf(everything).length}`,
        `circles of siblings: ${circlesOf(graphOf(arrows)).length}`,
      ].join('\n'),
    );
  });

  it('follow the order of rooms and of the storeys of core', () => {
    const unknown = [...refused].filter(([arrow]) => !REFUSED_IMPORTS.includes(arrow));
    expect(unknown.map(([arrow, reason]) => `${arrow}: ${reason}`)).toEqual([]);
  });

  it('have no circle, of files or of sibling folders', () => {
    expect(circlesOf(graphOf(arrows, new Set(CLOSING_ARROWS))).map((circle) => told(circle, arrows))).toEqual(
      [],
    );
  });

  it('leave behind every exception that no longer occurs: take it off the list', () => {
    const circles = circlesOf(graphOf(arrows));
    const closing = arrows.filter(({ from, to }) =>
      circles.some((circle) => circle.includes(from) && circle.includes(to)),
    );
    const occurring = new Set([...refused.keys(), ...closing.map(({ from, to }) => arrowText(from, to))]);
    expect([...REFUSED_IMPORTS, ...CLOSING_ARROWS].filter((arrow) => !occurring.has(arrow))).toEqual([]);
  });
});

it('finds no circle of files with the tests that it does not find without', () => {
  expect(circlesOf(everything)).toEqual(circlesOf(product));
});

describe('the walk', () => {
  it('sees every form of import, of types too', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import { type B, b } from './b.ts';",
      "import './c.ts';",
      "export * from './d.ts';",
      "export type { E } from './e.ts';",
      "const f = await import('./f.ts');",
      "type G = import('./g.ts').G;",
      "// import './h.ts';",
      'const text = "import \'./i.ts\'";',
    ].join('\n');
    const names = importRequests('file.ts', source).filter((request) => request !== '');
    expect(names.sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => `./${name}.ts`));
  });

  it('finds a circle of folders where no files go round', () => {
    const imports = importsOf({ 'a/b/one.ts': ['a/c/two.ts'], 'a/c/three.ts': ['a/b/four.ts'] });
    expect(circlesOf(imports)).toEqual([]);
    expect(circlesOf(graphOf(siblingArrows(imports, [])))).toEqual([['a/b', 'a/c']]);
  });

  it('takes a file that lies in a folder as a sibling of the folders there', () => {
    const imports = importsOf({ 'a/one.ts': ['a/c/two.ts'], 'a/c/three.ts': ['a/one.ts'] });
    expect(circlesOf(graphOf(siblingArrows(imports, [])))).toEqual([['a/c', 'a/one.ts']]);
  });

  it('tells two circles apart and leaves a chain alone', () => {
    const imports = importsOf({ 1: ['2'], 2: ['1', '3'], 3: ['4'], 4: ['5'], 5: ['3'], 6: ['1'] });
    expect(circlesOf(imports)).toEqual([
      ['1', '2'],
      ['3', '4', '5'],
    ]);
  });

  it('takes local/host as a room beside local', () => {
    const imports = importsOf({
      'local/host/host.ts': ['cli/x.ts', 'local/home.ts'],
      'cli/y.ts': ['local/home.ts'],
    });
    expect(siblingArrows(imports, ['local/host']).map(({ from, to }) => arrowText(from, to))).toEqual([
      'local/host → cli',
      'local/host → local/home.ts',
      'cli → local',
    ]);
  });

  it.each([
    ['core/exams/exam-record.ts', 'core/ports/exam-table.ts', 'climbs up the storeys of core'],
    ['core/exams/exam-record.ts', 'model/errors.ts', 'core may not import model'],
    ['functions/search/index.ts', 'gpu-worker/worker.ts', 'functions may not import gpu-worker'],
    ['local/home.ts', 'local/host/host.ts', 'local may not import local/host'],
    ['core/unheard/of.ts', 'core/errors.ts', 'lies in no storey of test/architecture/order.ts'],
    ['core/exams/final.ts', 'core/testing/exams.ts', 'is an import of a test'],
    ['core/ports/exam-table.ts', 'core/exams/exam-record.ts', undefined],
    ['local/host/host.ts', 'functions/api/app.ts', undefined],
  ])('judges %s → %s', (from, to, reason) => {
    expect(refusedArrow(from, to)).toBe(reason);
  });
});

function refusedImports(imports: Imports): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [file, imported] of imports) {
    for (const other of imported) {
      const reason = refusedArrow(file, other);
      if (reason !== undefined) found.set(arrowText(file, other), reason);
    }
  }
  return found;
}

function told(circle: readonly string[], among: readonly Arrow[]): string {
  const closing = among.filter(({ from, to }) => circle.includes(from) && circle.includes(to));
  return closing.map(({ from, to, imports }) => `${arrowText(from, to)} (${imports.join(', ')})`).join('; ');
}

function importsOf(imports: Readonly<Record<string, readonly string[]>>): Imports {
  return new Map(Object.entries(imports).map(([file, imported]) => [file, new Set(imported)]));
}
