import { isDeepStrictEqual } from 'node:util';
import { Command, Option } from 'commander';
import { GRADING_SCHEMES } from '../../core/exams/eye-grade.ts';
import type { ProgramSettings } from '../../core/programs/program-settings.ts';
import type { EndpointOptions } from '../endpoint.ts';
import { WrongUseError } from '../errors.ts';
import { dataOption, stackOption } from '../options/system.ts';
import { SettingsClient } from '../policy/settings-client.ts';
import { colours as pc } from '../terminal/colours.ts';
import { protocolOption } from './protocol-option.ts';
import { readSettings, settingsFrom } from './read-settings.ts';
import { settingsText } from './settings-text.ts';

type YesOrNo = (typeof YES_OR_NO)[number];
const YES_OR_NO = ['yes', 'no'] as const;

interface SetOptions extends EndpointOptions {
  readonly program: string;
  readonly pairingWindow?: number;
  readonly settle?: number;
  readonly captureProtocol?: ProgramSettings['captureProtocol'];
  readonly overReadShare?: number;
  readonly gradingScheme?: ProgramSettings['review']['gradingScheme'];
  readonly requireGrades?: YesOrNo;
  readonly blindToModel?: YesOrNo;
  readonly settings?: string;
  readonly ifMatch?: string;
  readonly json: boolean;
}

/** What the options say of how people read; empty if nothing. */
function wantedReview(options: SetOptions): Partial<ProgramSettings['review']> {
  const { overReadShare, gradingScheme, requireGrades, blindToModel } = options;
  return {
    ...(overReadShare === undefined ? {} : { overReadShare }),
    ...(gradingScheme === undefined ? {} : { gradingScheme }),
    ...(requireGrades === undefined ? {} : { requireGrades: requireGrades === 'yes' }),
    ...(blindToModel === undefined ? {} : { blindToModel: blindToModel === 'yes' }),
  };
}

/** What the options say, over what is there. */
async function wanted(present: ProgramSettings, options: SetOptions): Promise<ProgramSettings> {
  const { pairingWindow, settle, captureProtocol, settings } = options;
  const base = settings === undefined ? present : await readSettings(settings);
  return settingsFrom('These settings', {
    ...base,
    ...(pairingWindow === undefined ? {} : { pairingWindowSeconds: pairingWindow }),
    ...(settle === undefined ? {} : { settleSeconds: settle }),
    ...(captureProtocol === undefined ? {} : { captureProtocol }),
    review: { ...base.review, ...wantedReview(options) },
  });
}

async function set(options: SetOptions): Promise<void> {
  const { program, pairingWindow, settle, captureProtocol, settings, ifMatch } = options;
  const said = [pairingWindow, settle, captureProtocol, settings, ...Object.values(wantedReview(options))];
  if (said.every((one) => one === undefined)) {
    throw new WrongUseError(
      'Say what to set: --pairing-window, --settle, --capture-protocol, --over-read-share, --grading-scheme, --require-grades, --blind-to-model or --settings FILE. A policy: retclip policy use.',
    );
  }
  const client = new SettingsClient(options);
  const present = await client.read();
  if (ifMatch !== undefined && ifMatch !== present.tag) {
    throw new WrongUseError(
      `The settings of program "${program}" are not those of tag ${ifMatch}: they have ${present.tag} now. Read them again: retclip program show. Nothing was changed.`,
    );
  }
  const next = await wanted(present.settings, options);
  const isSame = isDeepStrictEqual(next, present.settings);
  // Over what was read and nothing else: who changes them in the same moment is not overwritten.
  const written = isSame ? present : await client.write(next, present);
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ program, tag: written.tag, settings: written.settings })}\n`);
    return;
  }
  const says = isSame ? `${pc.yellow('Unchanged')}: these are the settings already` : pc.green('Set');
  const follows = pc.dim(
    'Exams to come follow within a minute. Those that were screened keep their outcomes.',
  );
  process.stdout.write(`${says}\n${settingsText(program, written.settings)}\n${follows}\n`);
}

/** `retclip program set --program P --settle 30` */
export function programSetCommand(): Command {
  return new Command('set')
    .description("change some of a program's settings; what is not named stays")
    .requiredOption('--program <id>', 'screening program')
    .option(
      '--pairing-window <seconds>',
      'how long an exam waits for photographs that are missing: 0 to 900 (pairingWindowSeconds)',
      Number,
    )
    .option(
      '--settle <seconds>',
      'how long none may come for an exam that nobody announced: 0 to 900 (settleSeconds)',
      Number,
    )
    .option(
      '--capture-protocol <protocol>',
      'one-field, two-field, or NAME=macula,disc,other (captureProtocol)',
      protocolOption,
    )
    .option(
      '--over-read-share <share>',
      'share of negatives that a second reader reads: 0 to 1 (review.overReadShare)',
      Number,
    )
    .addOption(
      new Option(
        '--grading-scheme <scheme>',
        'the scale by which readers grade (review.gradingScheme)',
      ).choices(GRADING_SCHEMES),
    )
    .addOption(
      new Option(
        '--require-grades <answer>',
        'whether a verdict needs a grade of each eye (review.requireGrades)',
      ).choices(YES_OR_NO),
    )
    .addOption(
      new Option(
        '--blind-to-model <answer>',
        'whether readers learn what the machine found only after their verdict (review.blindToModel)',
      ).choices(YES_OR_NO),
    )
    .option(
      '--settings <file>',
      'all settings, as `program show --json` has them; other options count over it',
    )
    .option('--if-match <tag>', 'only if the settings are still those of this tag')
    .addOption(dataOption())
    .addOption(stackOption())
    .option('--json', 'print one JSON object', false)
    .action(set);
}
