import type { ReconciliationAnswer } from '../../functions/api/reconciliation-answer.ts';
import { colours as pc } from '../terminal/colours.ts';
import { terminalTable } from '../terminal/table.ts';

type Finding = ReconciliationAnswer['stages'][number]['findings'][number];

const REMEDIES = {
  'sent-again': 'sent again',
  removed: 'removed',
  'brought-back': 'brought back',
  shown: 'shown',
} as const;

function remedyOf({ remedy, done }: Finding, isDry: boolean): string {
  if (remedy === 'shown') return REMEDIES.shown;
  return isDry ? `would be ${REMEDIES[remedy]}` : `${done} ${REMEDIES[remedy]}`;
}

function namesOf({ examples, found }: Finding): string {
  const more = found - examples.length;
  return [...examples, ...(more > 0 ? [`and ${more} more`] : [])].map((name) => `  ${name}`).join('\n');
}

/** What a reconciliation has found, for people. */
export function reconciliationText(answer: ReconciliationAnswer): string {
  const { program, dryRun, stages, waitingForPerson } = answer;
  const findings = stages.flatMap((stage) => stage.findings);
  const looked = stages.map(({ stage, looked: count }) => `${stage} ${count}`).join(', ');
  const of = program === null ? 'Everything' : `Program ${program}`;
  if (findings.length === 0)
    return `${pc.green('Nothing is lost or left over.')} ${of} was looked at: ${looked}.`;
  const rows = findings.map((one) => [String(one.found), one.what, remedyOf(one, dryRun)]);
  const details = findings.flatMap((one) => [
    '',
    pc.bold(`${one.found} × ${one.what}`),
    ...(one.person === null ? [] : [`  ${pc.yellow(one.person)}`]),
    namesOf(one),
  ]);
  const end =
    waitingForPerson === 0
      ? 'Nothing waits for a person.'
      : pc.yellow(`${waitingForPerson} of them wait for a person.`);
  return [
    terminalTable(['found', 'what', 'done'], rows),
    ...details,
    '',
    `${of} was looked at: ${looked}. ${end}`,
  ].join('\n');
}
