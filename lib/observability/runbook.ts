import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';

/** The page that says of every alarm what it means, what to look at and what to do. */
export const RUNBOOK_PAGE = 'docs/runbook.md';

/** A paragraph of the runbook: its heading, and which alarms it is about, by what follows the stack's name in theirs. */
interface Paragraph {
  readonly heading: string;
  readonly alarms: RegExp;
}

/** In the order of the page. */
export const PARAGRAPHS: readonly Paragraph[] = [
  {
    heading: 'Messages could not be processed',
    alarms: /^[a-z-]+-queue-DLQ-Queue-Message-Count-Max-Critical$/,
  },
  {
    heading: 'Messages will soon be forgotten',
    alarms: /^[a-z-]+-queue-(?:DLQ-)?Queue-Message-Age-Max-Critical$/,
  },
  { heading: 'A queue is not worked off', alarms: /^[a-z-]+-queue-Queue-Message-Age-Max-Warning$/ },
  { heading: 'Exams of a program wait', alarms: /^(?:Screening-)?ExamsWait-Warning$/ },
  { heading: 'No exam is screened', alarms: /^(?:Screening-)?WorkerDown-Critical$/ },
  {
    heading: 'Workers end while they screen',
    alarms: /^(?:Screening-)?(?:WorkersEnd|LiveLaneEnds)-Warning$/,
  },
  {
    heading: 'Preparation ends while it opens photographs',
    alarms: /^(?:Screening-)?PreparationEnds-Warning$/,
  },
  { heading: 'Many exams are ungradable', alarms: /^(?:Screening-)?UngradableRate-Warning$/ },
  { heading: 'Many photographs are seen as of the disc', alarms: /^(?:Screening-)?UnnamedDiscs-Warning$/ },
  { heading: 'A function fails', alarms: /^[a-z-]+-function-Fault-Count-Warning$/ },
  { heading: 'A function is throttled', alarms: /^[a-z-]+-function-Throttled-Count-Warning$/ },
  { heading: 'The API fails', alarms: /^Api-Fault-Count-Warning$/ },
  {
    heading: 'The table refuses requests',
    alarms: /^ExamTable-(?:[a-z-]+-)?(?:Read|Write)-Throttled-Events-Warning$/,
  },
  { heading: 'The table fails', alarms: /^ExamTable-SystemErrors-Warning$/ },
  { heading: 'The reconciler needs a person', alarms: /^Reconciliation-NeedsPerson-Warning$/ },
  { heading: 'Nothing is reconciled', alarms: /^Reconciliation-Down-Critical$/ },
  { heading: 'Jobs fail in AWS Batch', alarms: /^BatchJobs-Failed-Warning$/ },
  { heading: 'A nightly copy fails', alarms: /^Backups-Failed-Warning$/ },
  { heading: 'Nightly copies are missing', alarms: /^Backups-Missing-Critical$/ },
];

/** An alarm has no paragraph, or several. */
export class RunbookError extends Error {
  override readonly name = 'RunbookError';
}

/** The paragraph of an alarm. @param alarm its name without the stack's @throws RunbookError if not exactly one is about it */
export function paragraphOf(alarm: string): Paragraph {
  const found = PARAGRAPHS.filter(({ alarms }) => alarms.test(alarm));
  const [paragraph] = found;
  if (paragraph === undefined || found.length > 1) {
    throw new RunbookError(
      `Expected one paragraph of ${RUNBOOK_PAGE} about the alarm ${alarm} but found ${found.length}. Write it, and name it in lib/observability/runbook.ts.`,
    );
  }
  return paragraph;
}

/** Where a heading leads, as GitHub names it. @example anchorOf('The API fails') // 'the-api-fails' */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

/**
 * Has every alarm below a construct name its paragraph at the end of its description.
 *
 * @param prefix what stands before each alarm's name, with the hyphen
 * @throws RunbookError if an alarm has none
 */
export function nameParagraphs(scope: IConstruct, prefix: string): void {
  for (const alarm of scope.node.findAll().filter((one) => one instanceof CfnAlarm)) {
    const name = alarm.alarmName?.slice(prefix.length) ?? alarm.node.path;
    alarm.alarmDescription = `${alarm.alarmDescription ?? ''} See ${RUNBOOK_PAGE}#${anchorOf(paragraphOf(name).heading)}`;
  }
}
