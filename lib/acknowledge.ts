import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Ids of Checkov begin so; all others are cdk-nag's. */
const CHECKOV = /^CKV2?_/;

interface Skipped {
  readonly skip: readonly { readonly id: string; readonly comment: string }[];
}

/** Notes in the template that a finding of Checkov is accepted, and why. */
function acceptOfCheckov(construct: IConstruct, id: string, comment: string): void {
  const resource = CfnResource.isCfnResource(construct) ? construct : construct.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) {
    throw new Error(
      `"${construct.node.path}" has no resource of its own in the template: name the one that has.`,
    );
  }
  const { skip = [] } = (resource.getMetadata('checkov') ?? {}) as Partial<Skipped>;
  resource.addMetadata('checkov', { skip: [...skip, { id, comment }] });
}

/**
 * Accepts findings of cdk-nag or Checkov on one construct, each with the reason why it is right here.
 *
 * @param reasons finding id (`AwsSolutions-S1`, `AwsSolutions-IAM5[Resource::*]`, `CKV_AWS_18`) to reason
 * @throws Error if a finding of Checkov is accepted on a construct without a resource of its own
 */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) {
    if (CHECKOV.test(id)) acceptOfCheckov(construct, id, reason);
    else Validations.of(construct).acknowledge({ id, reason });
  }
}
