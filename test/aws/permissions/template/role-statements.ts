import { z } from 'zod';
import { type PolicyStatement, policyStatements } from '../policy-statement.ts';
import { resolved } from './intrinsic-functions.ts';
import { managedStatements } from './managed-policies.ts';
import type { PhysicalNames } from './physical-names.ts';
import { resourcesOf, type StackTemplate } from './stack-template.ts';

const inlineSchema = z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() }));
const referencesSchema = z.array(z.object({ Ref: z.string() }));

/** Policies of a type that name their roles: `AWS::IAM::Policy`, `AWS::IAM::ManagedPolicy`. */
function attached(template: StackTemplate, names: PhysicalNames, role: string): PolicyStatement[] {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    resourcesOf(template, type).flatMap(([logicalId, { Properties }]) => {
      const roles = referencesSchema.parse(Properties.Roles ?? []);
      if (!roles.some(({ Ref }) => Ref === role)) return [];
      return policyStatements(resolved(Properties.PolicyDocument, names), logicalId);
    }),
  );
}

/** Policies that a role names: of this template, or of AWS. */
function managed(
  template: StackTemplate,
  names: PhysicalNames,
  policies: readonly unknown[],
): PolicyStatement[] {
  return policies.flatMap((policy) => {
    const own = z.object({ Ref: z.string() }).safeParse(policy);
    const resource = own.success ? template.Resources[own.data.Ref] : undefined;
    if (resource !== undefined) {
      return policyStatements(resolved(resource.Properties.PolicyDocument, names), own.data?.Ref ?? '');
    }
    return managedStatements(String(resolved(policy, names)));
  });
}

/**
 * What each role of a template may do: its inline policies, those attached to it, and those that AWS keeps.
 *
 * @returns statements by the roles' logical ids
 */
export function roleStatements(
  template: StackTemplate,
  names: PhysicalNames,
): Map<string, PolicyStatement[]> {
  return new Map(
    resourcesOf(template, 'AWS::IAM::Role').map(([logicalId, { Properties }]) => {
      const inline = inlineSchema
        .parse(Properties.Policies ?? [])
        .flatMap(({ PolicyName, PolicyDocument }) =>
          policyStatements(resolved(PolicyDocument, names), `${logicalId}/${PolicyName}`),
        );
      const arns = z.array(z.unknown()).parse(Properties.ManagedPolicyArns ?? []);
      return [
        logicalId,
        [...inline, ...attached(template, names, logicalId), ...managed(template, names, arns)],
      ] as const;
    }),
  );
}
