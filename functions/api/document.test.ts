import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, it } from 'vitest';
import { FunctionRun } from '../testing/function-run.ts';
import { createApi } from './app.ts';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function documentOf(): Promise<string> {
  await using run = await FunctionRun.open();
  const app = createApi({ home: run.home, authenticate: () => null, log });
  return (await app.request('/openapi.json')).text();
}

async function faultsOf(source: string): Promise<string[]> {
  const config = await createConfig({
    extends: ['recommended'],
    rules: {
      // Where it is served is the deployment's, not the document's.
      'no-empty-servers': 'off',
      // A licence of the software, not of the interface.
      'info-license': 'off',
      // Operations are found by their path.
      'operation-operationId': 'off',
    },
  });
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer ?? ''}`,
  );
}

it('is an OpenAPI 3.1 document that the linter finds no fault in', async () => {
  const document = await documentOf();
  expect(JSON.parse(document).openapi).toBe('3.1.0');
  expect(await faultsOf(document)).toEqual([]);
});

it('is linted by a linter that finds faults', async () => {
  const document = JSON.parse(await documentOf());
  document.paths['/v1/programs/{program}/summary'].get.responses = {};
  delete document.info.title;
  const faults = await faultsOf(JSON.stringify(document));
  expect(faults.length).toBeGreaterThanOrEqual(2);
});
