import { InvalidInputError } from '../errors.ts';
import { eyeWord } from '../exams/eye-words.ts';
import { parseIdentifier } from '../exams/identifier.ts';
import { parseDay } from './day.ts';
import { type ExplainedFolder, type NamedImage, ONLY_EXAM } from './explained-folder.ts';
import { eyesIn } from './eyes-in-text.ts';
import { fieldOf } from './field-words.ts';
import { compilePattern, OWN_PLACEHOLDERS, placeholdersOf } from './pattern.ts';
import type { FileName } from './sight-eye.ts';
import { ordinaryWidth } from './width.ts';

/**
 * Checks a programme's own pattern.
 *
 * @throws InvalidInputError naming what is wrong with it
 */
export function checkOwnPattern(pattern: string): void {
  const wrong = (why: string): never => {
    throw new InvalidInputError(
      `Pattern "${pattern}" ${why}. Write it as {patient}_{date}_{eye}_{n}; there are ${OWN_PLACEHOLDERS.map((name) => `{${name}}`).join(' ')}, and folders end with /.`,
    );
  };
  const names = placeholdersOf(pattern);
  const unknown = [...pattern.matchAll(/\{([^{}]*)\}/gu)].find((_, index) => {
    const name = names[index];
    return name === null || name === undefined || !OWN_PLACEHOLDERS.includes(name);
  });
  if (unknown !== undefined) wrong(`holds ${unknown[0]}, which is not known`);
  for (const name of ['patient', 'eye'] as const) if (!names.includes(name)) wrong(`lacks {${name}}`);
  const twice = names.find((name, index) => name !== 'ignore' && names.indexOf(name) !== index);
  if (twice !== undefined) wrong(`holds {${twice}} twice`);
  if (/\}\{/u.test(pattern.replace(/\{(?:eye|date|time|n|field)\}/gu, '')))
    wrong('has two parts side by side with nothing between them');
}

interface Match {
  readonly groups: Readonly<Record<string, string>>;
}

/** Matches folders and name against the pattern's; `ambiguous` where it fits in two ways. */
function match(file: FileName, pattern: string): Match | 'ambiguous' | null {
  const segments = [...file.folders, file.stem].map((name) => name.normalize('NFC'));
  const templates = pattern.split('/');
  if (templates.length !== segments.length) return null;
  const [least, most] = (['little', 'much'] as const).map((take) => {
    const groups: Record<string, string> = {};
    const fits = templates.every((template, index) => {
      const segment = segments[index] ?? '';
      const form = compilePattern(template, { separators: 'literal', take });
      const found = form.exec(ordinaryWidth(segment));
      for (const [name, place] of Object.entries(found?.indices?.groups ?? {}))
        if (place !== undefined) groups[name] = segment.slice(...place);
      return found !== null;
    });
    return fits ? groups : null;
  });
  if (least === null || least === undefined || most === null || most === undefined) return null;
  return Object.keys(least).every((name) => least[name] === most[name]) ? { groups: least } : 'ambiguous';
}

function nameBy(file: FileName, pattern: string, exam: string | undefined): NamedImage | { refused: string } {
  const found = match(file, pattern);
  if (found === null) return { refused: `it does not fit --pattern ${pattern}` };
  if (found === 'ambiguous')
    return {
      refused: `it fits --pattern ${pattern} in two ways: put a sign between the parts that the names do not hold`,
    };
  const { patient = '', eye = '', date, field, exam: visit } = found.groups;
  const laterality = eyeWord(eye)?.laterality;
  const day = date === undefined ? null : parseDay(date);
  if (laterality === undefined) return { refused: `"${eye}" is the word of no eye` };
  if (date !== undefined && day === null) return { refused: `"${date}" is no day of the calendar` };
  if (day !== null && day.monthFirst !== null)
    return { refused: `"${date}" may be ${day.iso} or ${day.monthFirst}: write dates as 2026-11-20` };
  const contrary = [...file.folders, file.stem].map(eyesIn);
  if (contrary.some((eyes) => eyes.size === 1 && !eyes.has(laterality)))
    return {
      refused: 'its folder and its name name different eyes: find out which is true and rename one of them',
    };
  return {
    patient: parseIdentifier('patient', patient),
    exam: parseIdentifier('exam', exam ?? visit ?? day?.iso ?? ONLY_EXAM),
    laterality,
    field: field === undefined ? null : fieldOf(field),
    day: day?.iso ?? null,
    pattern,
  };
}

/**
 * Reads a folder by the programme's own pattern and no other: signs stand for themselves, folders end with `/`, and a
 * file that does not fit, or fits in two ways, is refused.
 *
 * @throws InvalidInputError if the pattern itself is wrong
 */
export function readOwnPattern(
  files: readonly FileName[],
  pattern: string,
  exam: string | undefined,
): ExplainedFolder {
  checkOwnPattern(pattern);
  const named = files.map((file) => {
    try {
      return nameBy(file, pattern, exam);
    } catch (error) {
      if (error instanceof InvalidInputError) return { refused: error.message };
      throw error;
    }
  });
  return { files: named, doubts: [] };
}
