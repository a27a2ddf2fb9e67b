import { describe, expect, it } from 'vitest';
import { nameOf, resourceOf, resourcesOf, statementsOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const { template } = synthesize();

describe('logs', () => {
  it('are all encrypted with one key, and forgotten in time', () => {
    const groups = resourcesOf(template, 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(10);
    for (const { id, properties } of groups) {
      expect(nameOf(properties.KmsKeyId), id).toBe('LogKey');
      expect(properties.RetentionInDays, id).toBeLessThanOrEqual(365);
    }
  });

  it("may use the key through the account's own log groups only", () => {
    const { properties } = resourceOf(template, 'AWS::KMS::Key', 'LogKey');
    const statements = statementsOf(properties.KeyPolicy).filter(({ actions }) =>
      actions.includes('kms:Encrypt'),
    );
    expect(statements.map(({ condition }) => condition)).toEqual([
      { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': expect.anything() } },
    ]);
    const text = JSON.stringify(statements);
    for (const part of ['"logs."', ':log-group:*', 'AWS::AccountId']) expect(text).toContain(part);
  });
});
