import type { Template } from 'aws-cdk-lib/assertions';

/** A resource of a template. */
export interface TemplateResource {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly deletionPolicy: string | undefined;
}

/** A template's resources, of one type or all. */
export function resourcesOf(template: Template, type?: string): readonly TemplateResource[] {
  const all = template.toJSON().Resources as Record<
    string,
    { Type: string; Properties?: Record<string, unknown>; DeletionPolicy?: string }
  >;
  return Object.entries(all)
    .filter(([, resource]) => type === undefined || resource.Type === type)
    .map(([id, resource]) => ({
      id,
      type: resource.Type,
      properties: resource.Properties ?? {},
      deletionPolicy: resource.DeletionPolicy,
    }));
}

/** The only resource of a type whose id begins so. @throws Error if there is none or more than one */
export function resourceOf(template: Template, type: string, idPrefix: string): TemplateResource {
  const found = resourcesOf(template, type).filter(({ id }) => id.startsWith(idPrefix));
  const [resource] = found;
  if (resource === undefined || found.length > 1)
    throw new Error(`Expected one ${type} named ${idPrefix}… but found ${found.length}`);
  return resource;
}

/** A statement of a policy, with lists where CloudFormation allows single values. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly principal: unknown;
  readonly condition: unknown;
}

interface PolicyDocument {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource?: unknown;
    readonly Principal?: unknown;
    readonly Condition?: unknown;
  }[];
}

function listOf<Item>(value: Item | readonly Item[] | undefined): readonly Item[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as Item];
}

/** The statements of a policy document. */
export function statementsOf(document: unknown): readonly Statement[] {
  return (document as PolicyDocument).Statement.map((statement) => ({
    effect: statement.Effect,
    actions: listOf(statement.Action),
    resources: listOf(statement.Resource),
    principal: statement.Principal,
    condition: statement.Condition,
  }));
}

/** What the role whose id begins so may do: `action on resource`, sorted, references by their logical id's name. */
export function permissionsOf(template: Template, roleIdPrefix: string): readonly string[] {
  // What does not fit into a role's own policy, CDK moves to managed ones beside it.
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    resourcesOf(template, type),
  );
  return policies
    .filter(({ id }) => id.startsWith(roleIdPrefix))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument))
    .flatMap(({ actions, resources }) =>
      actions.flatMap((action) => resources.map((resource) => `${action} on ${nameOf(resource)}`)),
    )
    .sort();
}

/** Readable form of a reference: `Home…Data/images/*`, without the hash that CDK puts behind ids. */
export function nameOf(reference: unknown): string {
  if (typeof reference === 'string') return reference;
  const {
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::Join': join,
    'Fn::Select': select,
    'Fn::Split': split,
  } = reference as Record<string, unknown>;
  if (typeof Ref === 'string') return Ref.replace(/[0-9A-F]{8}$/, '');
  if (Array.isArray(attribute)) return nameOf({ Ref: attribute[0] });
  if (Array.isArray(join)) return (join[1] as unknown[]).map(nameOf).join(join[0] as string);
  // A part of an ARN is named as the whole.
  if (Array.isArray(select)) return nameOf(select[1]);
  if (Array.isArray(split)) return nameOf(split[1]);
  return JSON.stringify(reference);
}
