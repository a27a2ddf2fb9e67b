import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { expect, it } from 'vitest';
import { acknowledge } from './acknowledge.ts';

it("notes Checkov's findings beside one another in the template, where Checkov looks for them", () => {
  const stack = new Stack();
  const queue = new Queue(stack, 'Queue');
  acknowledge(queue, { CKV_AWS_27: 'One.', 'AwsSolutions-SQS3': 'Not of Checkov.' });
  acknowledge(queue, { CKV2_AWS_1: 'Two.' });
  const [resource] = Object.values(Template.fromStack(stack).findResources('AWS::SQS::Queue'));
  expect(resource?.Metadata.checkov).toEqual({
    skip: [
      { id: 'CKV_AWS_27', comment: 'One.' },
      { id: 'CKV2_AWS_1', comment: 'Two.' },
    ],
  });
});

it('refuses a construct that is no resource: its note would be in no template', () => {
  const stack = new Stack();
  new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
  expect(() => acknowledge(new Construct(stack, 'Group'), { CKV_AWS_1: 'x' })).toThrow('Default/Group');
});
