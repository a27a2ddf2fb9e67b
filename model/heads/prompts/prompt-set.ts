import { z } from 'zod';
import { HeadError } from '../../../core/heads/head.ts';

/** Levels that a text can be compared with: each has a mapping of the photographs and a projection of the text. */
export const PROMPT_LEVELS = ['patient', 'left', 'right'] as const;
export type PromptLevel = (typeof PROMPT_LEVELS)[number];

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const NAME_HINT = 'is no name: use small letters, digits and hyphens, as in diabetic-retinopathy';
const prompts = z.array(z.string().trim().min(1, 'a prompt is empty')).min(1, 'there is no prompt');

const labelPromptsSchema = z
  .object({
    positive: prompts,
    negative: prompts,
    /** Probability from which on a finding is positive; 0.5 unless told. */
    threshold: z.number().min(0).max(1).optional(),
  })
  .strict();

/**
 * Prompts of a zero-shot head: for each label texts that speak for it and texts that speak against it, or texts for each
 * of several classes that exclude each other.
 */
export const promptSetSchema = z
  .object({
    name: z.string().regex(NAME, NAME_HINT),
    level: z.enum(PROMPT_LEVELS),
    labels: z.record(z.string(), labelPromptsSchema).optional(),
    classes: z.record(z.string(), prompts).optional(),
  })
  .strict()
  .superRefine(({ labels, classes }, context) => {
    const problem = (message: string): void => context.addIssue({ code: 'custom', message });
    for (const name of Object.keys({ ...labels, ...classes })) {
      if (!NAME.test(name)) problem(`${JSON.stringify(name)} ${NAME_HINT}`);
    }
    if ((labels === undefined) === (classes === undefined)) problem('give either "labels" or "classes"');
    else if (labels !== undefined && Object.keys(labels).length === 0) problem('"labels" is empty');
    else if (classes !== undefined && Object.keys(classes).length < 2)
      problem('"classes" needs at least two');
  });
export type PromptSet = Readonly<z.infer<typeof promptSetSchema>>;

/**
 * Checks a prompt set.
 *
 * @param source its file or sender, for messages
 * @throws HeadError naming the label or field at fault
 */
export function promptSetOf(content: unknown, source: string): PromptSet {
  const parsed = promptSetSchema.safeParse(content);
  if (!parsed.success) throw new HeadError(`"${source}" is no prompt set: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Every text of a prompt set, once. */
export function textsOf({ labels, classes }: PromptSet): string[] {
  const ofLabels = Object.values(labels ?? {}).flatMap(({ positive, negative }) => [
    ...positive,
    ...negative,
  ]);
  return [...new Set([...ofLabels, ...Object.values(classes ?? {}).flat()])];
}
