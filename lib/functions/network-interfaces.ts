import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../acknowledge.ts';

/**
 * Lets Lambda connect a function to a network. Lambda asks as the function's role, and says from which function a call
 * comes only if that function's own code makes it: so code that was taken over may do none of this.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
 */
export function allowNetworkInterfaces(role: IRole): void {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface',
        'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSubnets',
        'ec2:DeleteNetworkInterface',
        'ec2:AssignPrivateIpAddresses',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'true' } },
    }),
  );
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]':
      'Lambda itself lists and makes network interfaces, whose names are not known beforehand, and sends traces of no resource in particular.',
  });
}
