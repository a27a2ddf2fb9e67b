import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type ProgramSettings, programSettingsSchema } from '../../core/programs/program-settings.ts';
import { WrongUseError } from '../errors.ts';

/** What `retclip program show --json` prints. */
const shownSchema = z.looseObject({ program: z.string(), settings: z.unknown() });

/**
 * Checks settings.
 *
 * @param where they come from, for the message
 * @throws WrongUseError naming each field at fault
 */
export function settingsFrom(where: string, content: unknown): ProgramSettings {
  const parsed = programSettingsSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'the whole' : path.join('.')}: ${message}`,
  );
  throw new WrongUseError(`${where} cannot be set. ${faults.join('; ')}. Nothing was changed.`);
}

/**
 * Reads settings from a file: alone, or as `retclip program show --json` prints them.
 *
 * @throws WrongUseError if there is none, or naming each field at fault
 */
export async function readSettings(file: string): Promise<ProgramSettings> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new WrongUseError(`Settings "${file}" cannot be read. Check the name after --settings.`, { cause });
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new WrongUseError(`Settings "${file}" are not JSON: retclip program show --json writes them.`);
  }
  const shown = shownSchema.safeParse(content);
  return settingsFrom(`"${file}"`, shown.success ? shown.data.settings : content);
}
