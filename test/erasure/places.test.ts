import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { temporaryHome } from '../../core/testing/temporary-home.ts';
import { OBJECT_PREFIXES } from '../../lib/home/access.ts';
import { synthesize } from '../../lib/testing/synthesize.ts';
import { LOG_FILES } from '../../local/data-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Kinds of resources that keep nothing of what passes through them. A new kind must be looked at once, here. */
const KEEPS_NOTHING = [
  /^AWS::(?:IAM|KMS|EC2|ApiGatewayV2|CloudWatch|SNS|AutoScaling|ApplicationAutoScaling|ECS|Batch|Cognito|Scheduler|SSM|Lambda|CDK|ECR|CloudFormation)::/,
  /^AWS::(?:S3::BucketPolicy|SQS::QueuePolicy|Logs::(?:MetricFilter|QueryDefinition|ResourcePolicy)|Backup::BackupSelection|Events::Rule)$/,
  /^Custom::/,
];

interface Place {
  readonly names: readonly string[];
  readonly cells: readonly string[];
}

/** Rows of the table, with everything that stands as code in their first cell. */
async function places(): Promise<readonly Place[]> {
  const page = await readFile(join(ROOT, 'docs/erasure.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| place '));
  return rows.map((line) => {
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    // Tables are named in the cell behind as well: `messages` holds five queues.
    const names = cells
      .slice(0, 2)
      .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''));
    return { names, cells };
  });
}

const table = await places();
const named = new Set(table.flatMap(({ names }) => names));
const missing = (found: readonly string[]) => [...new Set(found)].filter((name) => !named.has(name));

describe('the table of places', () => {
  it('has every prefix of the object store', () => {
    expect(missing(Object.values(OBJECT_PREFIXES))).toEqual([]);
  });

  it('has every queue', () => {
    expect(missing(QUEUE_NAMES)).toEqual([]);
  });

  it('has every table of the databases, and every file of a data folder', async () => {
    await using temporary = await temporaryHome();
    const { home } = temporary;
    // Opens the file of the vectors.
    home.vectors.file.followed('indexing');
    for (const file of [home.folder.database, home.folder.vectors]) {
      const database = new DatabaseSync(file, { readOnly: true });
      const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
      database.close();
      expect(tables.length).toBeGreaterThan(1);
      expect(missing(tables.map(({ name }) => String(name)))).toEqual([]);
    }
    const files = await readdir(home.folder.directory);
    expect(missing(files)).toEqual([]);
    expect(
      missing(
        Object.values(home.folder)
          .slice(1)
          .map((path) => String(path).split('/').at(-1) ?? ''),
      ),
    ).toEqual(['state.sqlite', 'search.sqlite'].filter((name) => !named.has(name)));
    expect(missing(LOG_FILES)).toEqual([]);
  });

  it('has every kind of resource that keeps something in AWS', () => {
    const { template } = synthesize();
    const resources = Object.values(template.toJSON().Resources as Record<string, { Type: string }>);
    const kinds = resources
      .map(({ Type }) => Type)
      .filter((kind) => !KEEPS_NOTHING.some((one) => one.test(kind)));
    expect(kinds).toContain('AWS::DynamoDB::Table');
    expect(missing(kinds)).toEqual([]);
  });

  it('says of every place who removes it, when at the latest, and which test shows it', async () => {
    expect(table.length).toBeGreaterThan(30);
    for (const { cells } of table) {
      expect(cells, cells[0]).toHaveLength(5);
      expect(
        cells.every((cell) => cell !== ''),
        cells[0],
      ).toBe(true);
      const [, test] = /^`([^`]+)`$/.exec(cells[4] ?? '') ?? [];
      if (test !== undefined) await expect(access(join(ROOT, test)), test).resolves.toBeUndefined();
    }
  });
});
