import { tellFaults } from '../aws/faults/tell-faults.ts';
import { reasonOf } from '../core/errors.ts';
import { CliError } from './errors.ts';

/** A deployed stack could not be read, or lacks what was looked for. */
export class StackError extends CliError {}

/**
 * What a deployed stack tells of itself, by CloudFormation, with the credentials and the region of the environment.
 *
 * @returns values by the names of the outputs
 * @throws StackError if the stack is not there, or may not be read
 */
export async function stackOutputs(stack: string): Promise<ReadonlyMap<string, string>> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    const client = tellFaults(new CloudFormationClient({}));
    const answer = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const outputs = answer.Stacks?.[0]?.Outputs ?? [];
    return new Map(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
  } catch (error) {
    throw new StackError(
      `Stack "${stack}" could not be read: ${reasonOf(error)}. Check AWS_PROFILE and AWS_REGION.`,
      { cause: error },
    );
  }
}

/** One output. @throws StackError if the stack does not have it */
export function outputOf(outputs: ReadonlyMap<string, string>, stack: string, name: string): string {
  const value = outputs.get(name);
  if (value === undefined || value === '')
    throw new StackError(`Stack "${stack}" has no output ${name}. Deploy it again, or name another stack.`);
  return value;
}
