import { z } from 'zod';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

/** What is read of a synthesised CloudFormation template. */
export const stackTemplateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown().optional() })).default({}),
});

export type StackTemplate = Readonly<z.infer<typeof stackTemplateSchema>>;
export type TemplateResource = Readonly<z.infer<typeof resourceSchema>>;

/** Resources of a type, by their logical ids. */
export function resourcesOf(
  { Resources }: StackTemplate,
  type: string,
): [logicalId: string, resource: TemplateResource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}
