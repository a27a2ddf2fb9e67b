import { describe, expect, it } from 'vitest';
import { contextOf } from './condition-keys.ts';
import { conditionsHold } from './conditions.ts';
import { UnknownPolicyError } from './errors.ts';

/** How a policy writes a star that stands for itself. */
const LITERAL_STAR = '$'.concat('{*}');

/**
 * Each answer stands in IAM's documentation of its condition operators.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
const CASES: [
  operator: string,
  key: string,
  policy: string[],
  request: string | string[] | undefined,
  boolean,
][] = [
  ['StringEquals', 's3:prefix', ['left'], 'left', true],
  ['StringEquals', 's3:prefix', ['left'], 'Left', false],
  ['StringEquals', 's3:prefix', ['left', 'right'], 'right', true],
  ['StringEquals', 's3:prefix', ['lef*'], 'left', false],
  ['StringEquals', 's3:prefix', ['left'], undefined, false],
  ['StringNotEquals', 's3:prefix', ['left', 'right'], 'right', false],
  ['StringNotEquals', 's3:prefix', ['left'], 'right', true],
  // A negated operator holds where the key is absent.
  ['StringNotEquals', 's3:prefix', ['left'], undefined, true],
  ['StringEqualsIgnoreCase', 's3:prefix', ['LEFT'], 'left', true],
  ['StringLike', 's3:prefix', ['images/*/l?ft'], 'images/a/b/left', true],
  ['StringLike', 's3:prefix', ['images/l?ft'], 'images/lft', false],
  ['StringLike', 's3:prefix', [`images/${LITERAL_STAR}`], 'images/left', false],
  ['StringLike', 's3:prefix', [`images/${LITERAL_STAR}`], 'images/*', true],
  ['StringNotLike', 's3:prefix', ['images/*'], 'models/x', true],
  ['NumericLessThan', 's3:TlsVersion', ['1.2'], '1.1', true],
  ['NumericLessThan', 's3:TlsVersion', ['1.2'], '1.2', false],
  ['NumericLessThanEquals', 's3:max-keys', ['10'], '10', true],
  ['NumericGreaterThan', 's3:max-keys', ['10'], '9', false],
  ['DateGreaterThan', 'aws:CurrentTime', ['2026-05-01T00:00:00Z'], '2026-05-02T00:00:00Z', true],
  ['DateLessThan', 'aws:EpochTime', ['2026-05-01T00:00:00Z'], '1767225600', true],
  ['Bool', 'aws:SecureTransport', ['false'], 'true', false],
  ['Bool', 'aws:SecureTransport', ['False'], 'false', true],
  ['Bool', 'aws:SecureTransport', ['true'], undefined, false],
  ['BoolIfExists', 'aws:MultiFactorAuthPresent', ['true'], undefined, true],
  ['StringEqualsIfExists', 's3:prefix', ['left'], 'right', false],
  ['Null', 'aws:SourceArn', ['true'], undefined, true],
  ['Null', 'aws:SourceArn', ['true'], 'arn:aws:s3:::data', false],
  ['Null', 'aws:SourceArn', ['false'], 'arn:aws:s3:::data', true],
  ['IpAddress', 'aws:SourceIp', ['203.0.113.0/24'], '203.0.113.7', true],
  ['IpAddress', 'aws:SourceIp', ['203.0.113.0/24'], '203.0.114.7', false],
  ['NotIpAddress', 'aws:SourceIp', ['203.0.113.0/24'], '203.0.114.7', true],
  // Each part of an ARN is compared by itself: a star does not cross a colon.
  [
    'ArnLike',
    'aws:SourceArn',
    ['arn:aws:sns:*:123456789012:*'],
    'arn:aws:sns:eu-west-1:123456789012:topic',
    true,
  ],
  ['ArnLike', 'aws:SourceArn', ['arn:aws:sns:*:topic'], 'arn:aws:sns:eu-west-1:123456789012:topic', false],
  ['ArnEquals', 'aws:SourceArn', ['arn:aws:s3:::data-*'], 'arn:aws:s3:::data-left', true],
  ['ArnNotLike', 'aws:SourceArn', ['arn:aws:s3:::data-*'], 'arn:aws:s3:::data-left', false],
  ['ForAllValues:StringEquals', 'aws:CalledVia', ['left', 'right'], ['left'], true],
  ['ForAllValues:StringEquals', 'aws:CalledVia', ['left'], ['left', 'right'], false],
  // Documented as a trap: all of no values fit.
  ['ForAllValues:StringEquals', 'aws:CalledVia', ['left'], undefined, true],
  ['ForAnyValue:StringEquals', 'aws:CalledVia', ['left'], ['left', 'right'], true],
  ['ForAnyValue:StringEquals', 'aws:CalledVia', ['left'], undefined, false],
];

describe('conditionsHold', () => {
  it.each(CASES)('%s on %s of %j, asked with %j: %s', (operator, key, policy, request, holds) => {
    expect(conditionsHold({ [operator]: { [key]: policy } }, contextOf({ [key]: request }))).toBe(holds);
  });

  it('holds where every operator and every key holds', () => {
    const context = contextOf({ 's3:prefix': 'left', 'aws:SecureTransport': 'true' });
    const both = (prefix: string) => ({
      StringEquals: { 's3:prefix': [prefix] },
      Bool: { 'aws:SecureTransport': ['true'] },
    });
    expect(conditionsHold(both('left'), context)).toBe(true);
    expect(conditionsHold(both('right'), context)).toBe(false);
  });

  it('takes keys whatever their case', () => {
    expect(
      conditionsHold(
        { Bool: { 'AWS:securetransport': ['true'] } },
        contextOf({ 'aws:SecureTransport': 'true' }),
      ),
    ).toBe(true);
  });

  it.each([
    ['an operator', 'StringEqualish', 's3:prefix'],
    ['an operator behind a known word', 'StringLikeIfExistsNot', 's3:prefix'],
    ['a key', 'StringEquals', 's3:nobody-knows'],
  ])('fails for %s that it does not know', (_, operator, key) => {
    expect(() => conditionsHold({ [operator]: { [key]: ['x'] } }, contextOf({}))).toThrow(UnknownPolicyError);
  });
});
