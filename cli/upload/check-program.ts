import { z } from 'zod';
import { isProgramName } from '../../core/programs/program-name.ts';
import { suggestion } from '../../core/suggestions/near-names.ts';
import type { Client } from '../client.ts';
import { WrongUseError } from '../errors.ts';
import { type Ask, LeftByUserError } from './settle-questions.ts';

const programsPage = z.object({ items: z.array(z.string()), cursor: z.string().optional() });

async function programsOf(client: Client): Promise<string[]> {
  const programs: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`;
    const page = await client.callSystem('Reading the programs', programsPage, `/v1/programs${query}`);
    programs.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return programs;
}

/**
 * Makes sure that a program which the system does not know is meant: a misspelt name would make a second program, whose
 * patients no one looks for. The first upload into an empty system needs no answer.
 *
 * @param isNew the operator has said so (`--new-program`)
 * @returns the programs that the system knows
 * @throws WrongUseError naming near ones if a program is new and no one can be asked, or has a name that no new one may
 *   have
 */
export async function checkPrograms(
  client: Client,
  programs: readonly string[],
  isNew: boolean,
  ask: Ask | null,
): Promise<ReadonlySet<string>> {
  const known = await programsOf(client);
  const unnamed = programs.find((name) => !known.includes(name) && !isProgramName(name));
  if (unnamed !== undefined) {
    throw new WrongUseError(
      `Program "${unnamed}" is new to this system, and the name of a new program has no space in it: "${unnamed.replaceAll(' ', '-')}", for example. Nothing was sent.${suggestion(unnamed, known)}`,
    );
  }
  if (isNew || known.length === 0) return new Set(known);
  for (const program of programs.filter((name) => !known.includes(name))) {
    const text = `Program "${program}" is new to this system.${suggestion(program, known)}`;
    if (ask === null) {
      throw new WrongUseError(`${text} Nothing was sent. Add --new-program to make it.`);
    }
    const answer = await ask(`${text} Make the new program? [y/N] > `);
    if (!/^y/iu.test(answer.trim())) throw new LeftByUserError('Nothing was sent.');
  }
  return new Set(known);
}
