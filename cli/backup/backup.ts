import { Command } from 'commander';
import type { BackupReport } from '../../local/backup/save-backup.ts';
import { EXIT_CODES } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { DEFAULT_DATA_FOLDER } from '../options/system.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { plural } from '../upload/plan-text.ts';
import { damagedLines, holdingsText, size } from './holdings.ts';

interface BackupOptions {
  readonly data: string;
  readonly verify: boolean;
  readonly json: boolean;
}

function reportText(report: BackupReport, target: string): string {
  const { copied, copiedBytes, removed, at } = report;
  return [
    `${pc.green('Saved')} to ${target}, as of ${at}: ${holdingsText(report)}`,
    `  ${plural(copied, 'content')} (${size(copiedBytes)}) copied in this run${removed > 0 ? `, ${plural(removed, 'content')} that nothing names any more taken out` : ''}`,
    ...damagedLines(report.damaged, 'in the data folder'),
  ].join('\n');
}

async function backup(target: string, options: BackupOptions): Promise<void> {
  await requireFolder('Data folder', options.data);
  const { saveBackup } = await import('../../local/backup/save-backup.ts');
  let progress: ReturnType<typeof startProgress> | undefined;
  const report = await saveBackup(options.data, target, {
    verify: options.verify,
    onProgress: (done, contents, bytes) => {
      progress ??= startProgress('Saving', 'contents', contents, !options.json);
      progress.update(done, size(bytes));
    },
  }).finally(() => progress?.stop());
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `${reportText(report, target)}\n`);
  if (report.damaged.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip backup DIR [--data DIR]` */
export function backupCommand(): Command {
  return new Command('backup')
    .description('save a data folder of one machine, while it runs; a second run saves what is new')
    .argument('<dir>', 'folder of the backup, best on another disk; made if it is not there')
    .option('--data <dir>', 'data folder', DEFAULT_DATA_FOLDER)
    .option('--verify', 'read every content in the backup again, and replace those that are damaged', false)
    .option('--json', 'print what the backup holds as one JSON object', false)
    .action(backup);
}
