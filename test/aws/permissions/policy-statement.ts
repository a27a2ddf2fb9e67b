import { z } from 'zod';
import { UnknownPolicyError } from './errors.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
/** Templates write numbers and booleans plainly; IAM compares their text. */
const conditionValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const conditionValues = z.union([conditionValue.transform((one) => [one]), z.array(conditionValue)]);

/**
 * A statement of a policy, as IAM's grammar has it. An element that is not of the grammar is refused.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const policyStatementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Action: oneOrMore.optional(),
    NotAction: oneOrMore.optional(),
    Resource: oneOrMore.optional(),
    NotResource: oneOrMore.optional(),
    Principal: z
      .partialRecord(z.enum(['AWS', 'Service', 'Federated']), oneOrMore)
      .or(z.literal('*'))
      .optional(),
    Condition: z.record(z.string(), z.record(z.string(), conditionValues)).optional(),
  })
  .refine(({ Action, NotAction }) => (Action === undefined) !== (NotAction === undefined), {
    error: 'has either Action or NotAction',
  })
  .refine(({ Resource, NotResource }) => Resource === undefined || NotResource === undefined, {
    error: 'has Resource or NotResource, not both',
  });

export type PolicyStatement = Readonly<z.infer<typeof policyStatementSchema>>;

const documentSchema = z.object({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Statement: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform((one) => [one])]),
});

/**
 * Reads a policy's statements.
 *
 * @param where names the policy, for messages
 * @throws UnknownPolicyError if the document is not of IAM's grammar
 * @example policyStatements({ Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } }, 'a role')
 */
export function policyStatements(document: unknown, where: string): PolicyStatement[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success)
    throw new UnknownPolicyError(`The policy of ${where}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.map((statement) => {
    const read = policyStatementSchema.safeParse(statement);
    if (read.success) return read.data;
    throw new UnknownPolicyError(
      `A statement of ${where} is not of IAM's grammar: ${z.prettifyError(read.error)} ${JSON.stringify(statement)}`,
    );
  });
}
