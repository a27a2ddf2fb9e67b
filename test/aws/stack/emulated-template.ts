import { DeploymentError } from '../errors.ts';
import type { Template, TemplateResource } from './app-template.ts';
import {
  LACKING_ATTRIBUTES,
  LACKING_KINDS,
  type LackingKind,
  type LackingKindName,
  lackingKindOf,
} from './lacking-kinds.ts';

/** A template that the emulator can deploy, and what it lacks of the app's own. */
export interface EmulatedTemplate {
  readonly template: Template;
  /** Logical ids of the resources left out, by their kind. */
  readonly stripped: Readonly<Partial<Record<LackingKindName, readonly string[]>>>;
}

/**
 * Leaves out what the emulator lacks, puts values in place of references to it, has the emulator call functions by
 * address, where their bundles run, and with no more messages of a queue at once than two processors can answer in time.
 * Nothing else is changed.
 *
 * @param functionUrl where a function of a logical id is called
 * @throws DeploymentError if something is referred to of which nothing is known
 */
export function emulatedTemplate(app: Template, functionUrl: (id: string) => string): EmulatedTemplate {
  const isStripped = (id: string) => lackingKindOf(app.Resources[id]) !== undefined;
  const stripped: Partial<Record<LackingKindName, string[]>> = {};
  const resources: Record<string, TemplateResource> = {};
  for (const [id, resource] of Object.entries(app.Resources)) {
    const kind = lackingKindOf(resource);
    if (kind !== undefined) {
      stripped[kind] = [...(stripped[kind] ?? []), id];
      continue;
    }
    const { DependsOn = [], ...rest } = replaceReferences(app, resource) as TemplateResource;
    const needed = [DependsOn].flat().filter((other) => !isStripped(other));
    resources[id] = {
      ...forThisMachine(rest, functionUrl(id)),
      ...(needed.length > 0 ? { DependsOn: needed } : {}),
    };
  }
  const outputs = replaceReferences(app, app.Outputs) as Template['Outputs'];
  return {
    template: { ...app, Resources: resources, Outputs: { ...outputs, ...jobVariables(app) } },
    stripped,
  };
}

/** The variable by which ministack calls a function at an address instead of running it. */
export const ADDRESS_VARIABLE = 'MINISTACK_LAMBDA_PROXY_URL';

/** Calls of a function at once; SQS allows no fewer. Fifty, as the stack has it, would wait for one another and be late. */
export const CALLS_AT_ONCE = 2;

function forThisMachine(resource: TemplateResource, url: string): TemplateResource {
  if (resource.Type === 'AWS::Lambda::Function') return withAddress(resource, url);
  if (resource.Type !== 'AWS::Lambda::EventSourceMapping') return resource;
  const ScalingConfig = { MaximumConcurrency: CALLS_AT_ONCE };
  return { ...resource, Properties: { ...resource.Properties, ScalingConfig } };
}

function withAddress(resource: TemplateResource, url: string): TemplateResource {
  const environment = (resource.Properties?.Environment ?? {}) as { Variables?: Record<string, unknown> };
  const Variables = { ...environment.Variables, [ADDRESS_VARIABLE]: url };
  return { ...resource, Properties: { ...resource.Properties, Environment: { Variables } } };
}

/** Name of the output that tells a variable of a job definition's container. */
export function jobVariableOutput(definition: string, variable: string): string {
  return `${definition}${variable.replaceAll('_', '')}`;
}

interface JobContainer {
  readonly Environment?: readonly { readonly Name: string; readonly Value: unknown }[];
}

/** The containers' variables of job definitions, which the emulator lacks: CloudFormation resolves them as outputs. */
function jobVariables(app: Template): Record<string, { readonly Value: unknown }> {
  const outputs: Record<string, { Value: unknown }> = {};
  for (const [id, { Type, Properties }] of Object.entries(app.Resources)) {
    if (Type !== 'AWS::Batch::JobDefinition') continue;
    const container = Properties?.ContainerProperties as JobContainer | undefined;
    for (const { Name, Value } of container?.Environment ?? [])
      outputs[jobVariableOutput(id, Name)] = { Value: replaceReferences(app, Value) };
  }
  return outputs;
}

function replaceReferences(app: Template, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceReferences(app, item));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  if (typeof Ref === 'string') return standIn(app, Ref, undefined) ?? value;
  if (Array.isArray(attribute)) return standIn(app, String(attribute[0]), String(attribute[1])) ?? value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, replaceReferences(app, part)]),
  );
}

function standIn(app: Template, id: string, attribute: string | undefined): unknown {
  const told = LACKING_ATTRIBUTES[`${app.Resources[id]?.Type}.${attribute}`];
  if (told !== undefined) return told(id);
  const kind = lackingKindOf(app.Resources[id]);
  if (kind === undefined) return undefined;
  const lacking: LackingKind = LACKING_KINDS[kind];
  const known = attribute === undefined ? lacking.ref : lacking.attributes?.[attribute];
  if (known === undefined) {
    throw new DeploymentError(
      `The template refers to ${attribute ?? 'Ref'} of ${id}, one of the ${kind}, which the emulator lacks. Say in lacking-kinds.ts what stands for it.`,
    );
  }
  return known(id);
}
