import { createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';
import { COMPONENTS } from './openapi/components.ts';
import { TAGS } from './openapi/document.ts';
import { shareSchemas } from './openapi/share-schemas.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever the document holds
type Parsed = any;

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
let source: string;
let document: Parsed;
/** The same with every schema in its place, as the library writes it. */
let unshared: Parsed;

beforeAll(async () => {
  await using run = await FunctionRun.open();
  const app = createApi({ home: run.home, authenticate: () => null, log });
  source = await (await app.request('/openapi.json')).text();
  document = JSON.parse(source);
  unshared = JSON.parse(
    JSON.stringify(app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } })),
  );
});

async function faultsOf(text: string): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // Where it is served is the deployment's, not the document's.
      'no-empty-servers': 'off',
      // A licence of the software, not of the interface.
      'info-license': 'off',
      'operation-operationId': 'error',
      'operation-summary': 'error',
      'operation-tag-defined': 'error',
      'no-unused-components': 'error',
    },
  });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`,
  );
}

function operations(): Parsed[] {
  return Object.values<Parsed>(document.paths).flatMap((methods) => Object.values<Parsed>(methods));
}

/** Every object of a document, the outer before the inner. */
function* nodes(node: Parsed): Generator<Parsed> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield node;
  for (const value of Object.values(node)) yield* nodes(value);
}

/** What a schema allows, written out: references followed, `null` and constants in one form. */
function resolved(node: Parsed): Parsed {
  if (Array.isArray(node)) return node.map(resolved);
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, anyOf, ...rest } = node;
  if (typeof $ref === 'string') {
    const schema = document.components.schemas[$ref.split('/').at(-1) ?? ''];
    return { ...resolved(schema), ...resolved(rest) };
  }
  if (Array.isArray(anyOf) && anyOf[1]?.type === 'null') {
    const { type, enum: values, ...schema } = resolved(anyOf[0]);
    const nullable = { ...schema, type: [type, 'null'], ...(values && { enum: [...values, null] }) };
    return { ...nullable, ...resolved(rest) };
  }
  const entries = Object.entries(node).map(([key, value]) =>
    key === 'enum' && Array.isArray(value) && value.length === 1
      ? ['const', value[0]]
      : [key, resolved(value)],
  );
  return Object.fromEntries(entries);
}

describe('the API document', () => {
  it('is an OpenAPI 3.1 document that the linter finds no fault in', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await faultsOf(source)).toEqual([]);
  });

  it('is linted by a linter that finds faults', async () => {
    const broken = JSON.parse(source);
    const { get } = broken.paths['/v1/programs/{program}/summary'];
    get.responses = {};
    delete get.operationId;
    get.tags = ['nowhere'];
    delete broken.info.title;
    const faults = await faultsOf(JSON.stringify(broken));
    for (const rule of ['operation-operationId', 'operation-tag-defined', 'struct']) {
      expect(
        faults.some((fault) => fault.startsWith(rule)),
        rule,
      ).toBe(true);
    }
  });

  it('names every operation once, says what it is for, and puts it under one area', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const used = new Set<string>();
    for (const { operationId, summary, tags } of operations()) {
      expect(operationId).toMatch(/^[a-z][A-Za-z]+$/);
      expect(summary, operationId).toMatch(/\S/);
      expect(tags, operationId).toHaveLength(1);
      used.add(tags[0]);
    }
    expect([...used].toSorted()).toEqual(TAGS.map(({ name }) => name).toSorted());
  });

  it('writes each form of an object and each list of values once, and refers to it', () => {
    const places = new Map<string, number>();
    for (const node of nodes([document.paths, document.components.schemas])) {
      const types = [node.type].flat();
      const isForm = types.includes('object') && typeof node.properties === 'object';
      const isList = types.includes('string') && Array.isArray(node.enum);
      if (!isForm && !isList) continue;
      const { default: _, description: __, ...schema } = node;
      const text = JSON.stringify(schema);
      places.set(text, (places.get(text) ?? 0) + 1);
    }
    expect(places.size).toBeGreaterThan(80);
    expect([...places].filter(([, count]) => count > 1)).toEqual([]);
  });

  it('allows the same as with every schema in its place', () => {
    expect(resolved(document.paths)).toEqual(resolved(unshared.paths));
  });

  it('refuses two names for one schema', () => {
    const { Outcome } = COMPONENTS;
    expect(Outcome).toBeDefined();
    expect(() => shareSchemas({}, { Outcome: Outcome as never, Verdict: Outcome as never })).toThrow(
      /"Verdict" and "Outcome" are one schema/,
    );
  });

  it('has patterns that every dialect of regular expressions reads', () => {
    const patterns = [...nodes(document)].flatMap(({ pattern }) =>
      typeof pattern === 'string' ? [pattern] : [],
    );
    expect(patterns.length).toBeGreaterThan(3);
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern, 'u'), pattern).not.toThrow();
      // ECMA's property escapes and flags are no part of a JSON Schema that other languages read.
      expect(pattern).not.toMatch(/\\[pP]\{|\(\?<|\$\/[a-z]+$/);
    }
  });
});
