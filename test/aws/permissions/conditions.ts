import { BlockList } from 'node:net';
import { type RequestContext, valuesOf } from './condition-keys.ts';
import { UnknownPolicyError } from './errors.ts';
import type { PolicyStatement } from './policy-statement.ts';
import { matchesArn, matchesPattern } from './wildcards.ts';

/** Compares one value of the policy with one of the request. */
type Comparison = (policy: string, request: string) => boolean;

function byNumber(compare: (request: number, policy: number) => boolean): Comparison {
  return (policy, request) => compare(numberOf(request), numberOf(policy));
}

function byDate(compare: (request: number, policy: number) => boolean): Comparison {
  return (policy, request) => compare(instantOf(request), instantOf(policy));
}

function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw new UnknownPolicyError(`"${text}" is no number.`);
  return number;
}

/** An instant by ISO 8601 or in seconds since 1970. */
function instantOf(text: string): number {
  const instant = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(instant)) throw new UnknownPolicyError(`"${text}" is no date.`);
  return instant;
}

function isWithin(range: string, address: string): boolean {
  const [network = '', bits] = range.split('/');
  const family = network.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  return list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

const same: Comparison = (policy, request) => policy === request;
const sameButCase: Comparison = (policy, request) => policy.toLowerCase() === request.toLowerCase();

/** Operators that hold where a value of the policy fits. */
const POSITIVE: Readonly<Record<string, Comparison>> = {
  StringEquals: same,
  StringEqualsIgnoreCase: sameButCase,
  StringLike: matchesPattern,
  NumericEquals: byNumber((request, policy) => request === policy),
  NumericLessThan: byNumber((request, policy) => request < policy),
  NumericLessThanEquals: byNumber((request, policy) => request <= policy),
  NumericGreaterThan: byNumber((request, policy) => request > policy),
  NumericGreaterThanEquals: byNumber((request, policy) => request >= policy),
  DateEquals: byDate((request, policy) => request === policy),
  DateLessThan: byDate((request, policy) => request < policy),
  DateLessThanEquals: byDate((request, policy) => request <= policy),
  DateGreaterThan: byDate((request, policy) => request > policy),
  DateGreaterThanEquals: byDate((request, policy) => request >= policy),
  Bool: sameButCase,
  BinaryEquals: same,
  IpAddress: isWithin,
  // IAM treats both alike.
  ArnEquals: matchesArn,
  ArnLike: matchesArn,
};

/** Operators that hold where no value of the policy fits: they hold for an absent key as well. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** A value of the policy with its variables replaced. @throws UnknownPolicyError for a variable that has no value */
export function withVariables(text: string, context: RequestContext): string {
  return text.replaceAll(/\$\{([^}]+)\}/g, (found, variable: string) => {
    if (/^[*?$]$/.test(variable)) return found;
    const [value, ...more] = valuesOf(context, variable.split(',')[0]?.trim() ?? '') ?? [];
    if (value === undefined || more.length > 0) {
      throw new UnknownPolicyError(`The policy variable ${found} has not exactly one value here.`);
    }
    return value;
  });
}

function holds(operator: string, key: string, policy: readonly string[], context: RequestContext): boolean {
  const set = /^(ForAllValues|ForAnyValue):/.exec(operator)?.[1];
  const unprefixed = set === undefined ? operator : operator.slice(set.length + 1);
  const ifExists = unprefixed.endsWith('IfExists') && unprefixed !== 'NullIfExists';
  const name = ifExists ? unprefixed.slice(0, -'IfExists'.length) : unprefixed;
  const request = valuesOf(context, key);
  if (name === 'Null') {
    return policy.every((value) => (value.toLowerCase() === 'true') === (request === undefined));
  }
  const negated = NEGATED[name] !== undefined;
  const compare = POSITIVE[NEGATED[name] ?? name];
  if (compare === undefined)
    throw new UnknownPolicyError(`The condition operator ${operator} is not known here.`);
  if (request === undefined) return ifExists || negated || set === 'ForAllValues';
  const values = policy.map((value) => withVariables(value, context));
  const fits = (value: string) => values.some((one) => compare(one, value)) !== negated;
  if (set === undefined && request.length > 1) {
    throw new UnknownPolicyError(`${key} has several values: ${operator} needs ForAllValues or ForAnyValue.`);
  }
  return set === 'ForAllValues' ? request.every(fits) : request.some(fits);
}

/**
 * Whether every condition of a statement holds.
 *
 * @throws UnknownPolicyError for an operator, a key or a value that is not known here
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionsHold(condition: PolicyStatement['Condition'], context: RequestContext): boolean {
  return Object.entries(condition ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => [operator, key, values] as const),
    )
    .map(([operator, key, values]) => holds(operator, key, values, context))
    .every(Boolean);
}
