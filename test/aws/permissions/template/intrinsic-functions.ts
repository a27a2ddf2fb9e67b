import { UnresolvedReferenceError } from '../errors.ts';
import type { PhysicalNames } from './physical-names.ts';

type Value = unknown;

function text(value: Value, of: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new UnresolvedReferenceError(`${of} needs a text but has ${JSON.stringify(value)}.`);
}

function list(value: Value, of: string): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new UnresolvedReferenceError(`${of} needs a list but has ${JSON.stringify(value)}.`);
}

function reference(name: string, names: PhysicalNames): string {
  const [logicalId = '', ...attribute] = name.split('.');
  return attribute.length === 0 ? names.ref(logicalId) : names.attribute(logicalId, attribute.join('.'));
}

function substitute(argument: Value, names: PhysicalNames): string {
  const [template, own] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = resolved(own, names) as Readonly<Record<string, Value>>;
  return text(template, 'Fn::Sub').replaceAll(/\$\{(!?)([^}]+)\}/g, (_, isLiteral: string, name: string) => {
    if (isLiteral === '!') return `\${${name}}`;
    const value = variables[name];
    return value === undefined ? reference(name, names) : text(value, 'Fn::Sub');
  });
}

const FUNCTIONS: Readonly<Record<string, (argument: Value, names: PhysicalNames) => Value>> = {
  Ref: (id, names) => names.ref(text(id, 'Ref')),
  'Fn::GetAtt': (argument, names) =>
    reference(typeof argument === 'string' ? argument : list(argument, 'Fn::GetAtt').join('.'), names),
  'Fn::Join': (argument, names) => {
    const [separator, parts] = list(argument, 'Fn::Join');
    const resolvedParts = list(resolved(parts, names), 'Fn::Join');
    return resolvedParts.map((part) => text(part, 'Fn::Join')).join(text(separator, 'Fn::Join'));
  },
  'Fn::Split': (argument, names) => {
    const [separator, whole] = list(argument, 'Fn::Split');
    return text(resolved(whole, names), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::Select': (argument, names) => {
    const [index, from] = list(argument, 'Fn::Select');
    const chosen = list(resolved(from, names), 'Fn::Select')[Number(index)];
    if (chosen === undefined)
      throw new UnresolvedReferenceError('Fn::Select selects behind the end of its list.');
    return chosen;
  },
  'Fn::Sub': substitute,
};

/**
 * A part of a template with its references and functions replaced by what they give.
 *
 * @throws UnresolvedReferenceError for a function that is not known here, or what is not deployed
 * @example resolved({ 'Fn::GetAtt': ['Data', 'Arn'] }, names) // 'arn:aws:s3:::data-1x2y'
 */
export function resolved(part: Value, names: PhysicalNames): Value {
  if (Array.isArray(part)) return part.map((item) => resolved(item, names));
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part);
  const [name = '', argument] = entries.length === 1 ? (entries[0] ?? []) : [];
  if (name === 'Ref' || name.startsWith('Fn::')) {
    const call = FUNCTIONS[name];
    if (call === undefined) throw new UnresolvedReferenceError(`The function ${name} is not known here.`);
    return call(argument, names);
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, resolved(value, names)]));
}
