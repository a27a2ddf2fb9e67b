import { Command } from 'commander';
import type { RestoreReport } from '../../local/backup/restore-backup.ts';
import { EXIT_CODES } from '../errors.ts';
import { requireFolder } from '../given-path.ts';
import { startProgress } from '../progress.ts';
import { colours as pc } from '../terminal/colours.ts';
import { damagedLines, holdingsText } from './holdings.ts';

interface RestoreOptions {
  readonly data: string;
  readonly json: boolean;
}

function reportText(report: RestoreReport, data: string): string {
  return [
    `${pc.green('Restored')} to ${data}, as of ${report.at}: ${holdingsText(report)}`,
    ...damagedLines(report.damaged, 'in the backup'),
    '  What came after that moment is not in it. Upload again what was uploaded since: what is there is passed over.',
    '  Patients who were erased since are back: erase them again.',
    `  Start it: retclip local --data ${JSON.stringify(data)}`,
  ].join('\n');
}

async function restore(source: string, options: RestoreOptions): Promise<void> {
  await requireFolder('Backup', source);
  const { restoreBackup } = await import('../../local/backup/restore-backup.ts');
  let progress: ReturnType<typeof startProgress> | undefined;
  const report = await restoreBackup(source, options.data, {
    onProgress: (done, contents) => {
      progress ??= startProgress('Restoring', 'contents', contents, !options.json);
      progress.update(done);
    },
  }).finally(() => progress?.stop());
  process.stdout.write(
    options.json ? `${JSON.stringify(report)}\n` : `${reportText(report, options.data)}\n`,
  );
  if (report.damaged.length > 0) process.exitCode = EXIT_CODES.refusedItems;
}

/** `retclip restore DIR --data NEW` */
export function restoreCommand(): Command {
  return new Command('restore')
    .description('restore a backup into a new data folder, and verify all of it')
    .argument('<dir>', 'folder of the backup')
    .requiredOption('--data <dir>', 'data folder to restore into: not there yet, or empty')
    .option('--json', 'print what was restored as one JSON object', false)
    .action(restore);
}
