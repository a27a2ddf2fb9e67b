import { type Head, refuseForeignHead } from '../../../core/heads/head.ts';
import type { Bundle } from '../../bundle/open-bundle.ts';
import type { TextSession } from '../../runtime/text-session.ts';
import { compilePrompts } from './compile-prompts.ts';
import { type PromptSet, textsOf } from './prompt-set.ts';

/** Something about a prompt that its author should know. */
export interface PromptWarning {
  readonly text: string;
  readonly problem: string;
}

/** Texts encoded at once. */
const BATCH = 32;

/** Prompts that the model hardly reads: of unknown words only, or longer than its context. */
export function promptWarnings(
  texts: readonly string[],
  session: TextSession,
  length: number,
): PromptWarning[] {
  return texts.flatMap((text) => {
    const { known, tokens } = session.tokenizer.coverage(text);
    if (known === 0) return [{ text, problem: "none of its words is in the model's vocabulary" }];
    return tokens + 2 > length
      ? [{ text, problem: `it is cut after ${length - 2} of ${tokens} tokens` }]
      : [];
  });
}

/**
 * Makes a zero-shot head by a bundle's text tower.
 *
 * @param session the bundle's text tower; the caller releases it
 * @throws HeadError if prompts cannot be told apart
 * @example
 * const session = await TextSession.load(bundle);
 * const { head } = await headFromPrompts(bundle, session, promptSetOf(JSON.parse(text), 'prompts.json'));
 */
export async function headFromPrompts(
  bundle: Bundle,
  session: TextSession,
  set: PromptSet,
): Promise<{ readonly head: Head; readonly warnings: readonly PromptWarning[] }> {
  const { id, trained, contextLength, geometry, logitScales, intendedUse } = bundle.manifest;
  const texts = textsOf(set);
  const features = new Map<string, Float32Array>();
  for (let first = 0; first < texts.length; first += BATCH) {
    const batch = texts.slice(first, first + BATCH);
    const encoded = (await session.encode(batch, contextLength)).features[set.level];
    batch.forEach((text, row) => {
      features.set(text, encoded.slice(row * geometry.embedding, (row + 1) * geometry.embedding));
    });
  }
  const logitScale = logitScales[set.level];
  const head = compilePrompts(set, features, { id, trained, logitScale, intendedUse });
  refuseForeignHead(head, geometry.embedding, id);
  return { head, warnings: promptWarnings(texts, session, contextLength) };
}
