import type { Rebuilt } from '../../local/rebuild/rebuild-database.ts';
import { requireFolder } from '../given-path.ts';
import { colours as pc } from '../terminal/colours.ts';
import { plural } from '../upload/plan-text.ts';

/** Missing photographs that are named one by one. */
const NAMED = 10;

/** What cannot come back, since the store never had it. */
const LOST = [
  'Not in the store, and so not rebuilt:',
  '  answers of exams (each is screened again, by the model that is active now)',
  '  how far a job had come, messages under way and dead letters',
  '  events of before, and deliveries to webhooks that had not been made',
];

/** The report for a person. */
export function rebuiltText(rebuilt: Rebuilt, data: string): string {
  const { announced, exams, keptExams, verdicts, withdrawals, objects, missing, unnamed, unreadable } =
    rebuilt;
  const { images: _, ...others } = objects;
  const kinds = Object.entries(others).map(([kind, count]) => `${kind} ${count}`);
  const named = missing.slice(0, NAMED).map((key) => `    ${key}`);
  const more = missing.length > NAMED ? [`    … and ${missing.length - NAMED} more`] : [];
  const { formerDatabase } = rebuilt;
  return [
    `${pc.green('Rebuilt')} the database of ${data} from its store:`,
    `  ${plural(announced, 'photograph')} of ${plural(exams, 'exam')}: all are being taken in and screened again`,
    `  ${plural(verdicts, 'verdict')} and ${plural(withdrawals, 'withdrawn photograph')} of ${plural(keptExams, 'exam')}`,
    `  other objects: ${kinds.join(', ') || 'none'}`,
    ...(missing.length > 0
      ? [
          pc.yellow(
            `  ${plural(missing.length, 'object')} without content: upload the same photographs again`,
          ),
          ...named,
          ...more,
        ]
      : []),
    ...(unnamed > 0
      ? [pc.yellow(`  ${plural(unnamed, 'content')} in the store that nothing names: left where they are`)]
      : []),
    ...(unreadable > 0
      ? [pc.yellow(`  ${plural(unreadable, 'line')} of the store's journal or kept records cannot be read`)]
      : []),
    ...LOST,
    ...(formerDatabase === null
      ? []
      : [
          `The database of before is kept as ${formerDatabase}. Delete it once all is well: an erasure does not reach it.`,
        ]),
  ].join('\n');
}

/** Makes the database of a data folder again, and says in numbers what came of it if there is somebody to read it. */
export async function rebuild(data: string, isRead: boolean): Promise<Rebuilt> {
  await requireFolder('Data folder', data);
  const { rebuildDatabase } = await import('../../local/rebuild/rebuild-database.ts');
  const rebuilt = await rebuildDatabase(data);
  if (isRead) process.stdout.write(`${rebuiltText(rebuilt, data)}\n`);
  return rebuilt;
}
