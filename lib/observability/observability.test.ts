import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { STAGES } from '../../screening/metrics/stage-rates.ts';
import { PROJECT_ROOT } from '../project-root.ts';
import { nameOf, permissionsOf, resourceOf, resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';
import { TABLE_OPERATIONS } from './watch-stores.ts';

const { template } = synthesize({ alarmEmail: 'duty@example.org' });
const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');

function alarmNamed(name: string) {
  return alarms.find(({ properties }) => properties.AlarmName === `Screening-${name}`);
}

describe('alarms', () => {
  it.each(QUEUE_NAMES)(
    'go off with the first dead letter of queue %s and say how to send it again',
    (name) => {
      const alarm = alarmNamed(`${name}-queue-DLQ-Queue-Message-Count-Max-Critical`);
      expect(alarm?.properties).toMatchObject({ Threshold: 0, ComparisonOperator: 'GreaterThanThreshold' });
      expect(alarm?.properties.AlarmDescription).toContain(`retclip redrive ${name}`);
      expect(JSON.stringify(alarm?.properties)).toContain('DeadLetters');
    },
  );

  it.each([
    'preparation-queue-Queue-Message-Age-Max-Warning',
    'bulk-preparation-queue-Queue-Message-Age-Max-Warning',
    'intake-queue-Queue-Message-Age-Max-Warning',
    'screening-queue-Queue-Message-Age-Max-Warning',
    'results-queue-Queue-Message-Age-Max-Warning',
    'UngradableRate-Warning',
    'UnnamedDiscs-Warning',
    'WorkersEnd-Warning',
    'PreparationEnds-Warning',
    'plan-job-function-Fault-Count-Warning',
    'finish-job-function-Fault-Count-Warning',
    'Reconciliation-NeedsPerson-Warning',
    'Reconciliation-Down-Critical',
    'reconcile-function-Fault-Count-Warning',
    'job-starts-queue-DLQ-Queue-Message-Count-Max-Critical',
    'job-ends-queue-DLQ-Queue-Message-Count-Max-Critical',
    'WorkerDown-Critical',
    'ExamTable-Read-Throttled-Events-Warning',
    'ExamTable-Write-Throttled-Events-Warning',
    'ExamTable-by-listing-Read-Throttled-Events-Warning',
    'ExamTable-by-work-list-Read-Throttled-Events-Warning',
    'ExamTable-SystemErrors-Warning',
    'ExamsWait-Warning',
    'BatchJobs-Failed-Warning',
    'Backups-Failed-Warning',
    'Backups-Missing-Critical',
    'token-scopes-function-Fault-Count-Warning',
    'job-starts-queue-Queue-Message-Age-Max-Warning',
    'job-ends-queue-Queue-Message-Age-Max-Warning',
    'ExamTable-by-listing-Write-Throttled-Events-Warning',
    'ExamTable-by-work-list-Write-Throttled-Events-Warning',
    'prepare-function-Fault-Count-Warning',
    'intake-function-Fault-Count-Warning',
    'screen-function-Fault-Count-Warning',
    'live-screening-queue-Queue-Message-Age-Max-Warning',
    'LiveLaneEnds-Warning',
    'aggregate-function-Fault-Count-Warning',
    'api-function-Fault-Count-Warning',
    'Api-Fault-Count-Warning',
  ])('include %s', (name) => {
    expect(alarmNamed(name)).toBeDefined();
  });

  it.each([...QUEUE_NAMES, 'job-starts', 'job-ends'])(
    'go off long before SQS forgets what waits in queue %s or lies in its dead letters',
    (name) => {
      for (const queue of ['Queue', 'DLQ-Queue']) {
        const alarm = alarmNamed(`${name}-queue-${queue}-Message-Age-Max-Critical`);
        expect(alarm?.properties, queue).toMatchObject({ ComparisonOperator: 'GreaterThanThreshold' });
        // It waits before it is buried, and its age begins again then: both times together are less than 14 days.
        expect(Number(alarm?.properties.Threshold)).toBeLessThan(7 * 24 * 3_600);
        expect(JSON.stringify(alarm?.properties.Metrics ?? alarm?.properties.MetricName)).toContain(
          'ApproximateAgeOfOldestMessage',
        );
      }
    },
  );

  // By hand: 0.39 % of 1,000 is 3.9, and 3.9 + 2.33 √3.9 = 8.5; of 10,000 it is 39 + 2.33 √39 = 53.6; of 100 it is 0.39 + 1.46.
  it.each([
    [1_000, 8, 9],
    [10_000, 53, 54],
    [100, 4, 5],
    [0, 4, 5],
  ])('of %i photographs without a named field take %i discs for chance, and %i not', (unnamed, few, many) => {
    const [math] =
      (alarmNamed('UnnamedDiscs-Warning')?.properties.Metrics as { Expression?: string }[]) ?? [];
    const calls = (discs: number) =>
      Function(
        'unnamed',
        'discs',
        'IF',
        'FILL',
        `return ${math?.Expression?.replace('AND', '&&').replace('^', '**')}`,
      )(...[unnamed, discs, (is: boolean, a: number, b: number) => (is ? a : b), (value: number) => value]);
    expect([calls(few), calls(many)]).toEqual([0, 1]);
  });

  it('go off where nothing was reconciled for a day, and where nothing is told', () => {
    expect(alarmNamed('Reconciliation-Down-Critical')?.properties).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });

  it('are told to the topic when they go off and when they end, all but those that scale', () => {
    const topic = resourceOf(template, 'AWS::SNS::Topic', 'ObservabilityAlarms');
    const told = alarms.filter(({ id }) => id.startsWith('Observability'));
    expect(told.length).toBeGreaterThan(10);
    for (const { properties } of told) {
      expect(properties.AlarmActions).toEqual([{ Ref: topic.id }]);
      expect(properties.OKActions).toEqual([{ Ref: topic.id }]);
    }
  });

  it('reach whom the deployment names', () => {
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'duty@example.org',
    });
  });

  it('can be published although the topic is encrypted', () => {
    const { properties } = resourceOf(template, 'AWS::KMS::Key', 'ObservabilityAlarmsKey');
    expect(JSON.stringify(properties.KeyPolicy)).toContain('cloudwatch.amazonaws.com');
    const topic = resourceOf(template, 'AWS::SNS::Topic', 'ObservabilityAlarms');
    expect(nameOf(topic.properties.KmsMasterKeyId)).toBe('ObservabilityAlarmsKey');
  });
});

/** The one rule whose id begins so, and the role by which it tells the topic. */
function tellingRule(id: string) {
  const rule = resourceOf(template, 'AWS::Events::Rule', `Observability${id}`);
  const [target] = rule.properties.Targets as Record<string, Record<string, string>>[];
  return { ...rule, target };
}

describe.each([
  ['BatchJobFailed', 'BatchJobs-Failed-Warning', 'jobs-fail-in-aws-batch', '$.detail.statusReason'],
  ['BackupFailed', 'Backups-Failed-Warning', 'a-nightly-copy-fails', '$.detail.statusMessage'],
])('the rule %s', (id, alarm, anchor, reason) => {
  const { id: rule, target } = tellingRule(id);

  it('tells the topic of each event, with its reason and where to read on', () => {
    expect(target?.Arn).toEqual({ Ref: resourceOf(template, 'AWS::SNS::Topic', 'ObservabilityAlarms').id });
    expect(Object.values(target?.InputTransformer?.InputPathsMap ?? {})).toContain(reason);
    expect(JSON.stringify(target?.InputTransformer?.InputTemplate)).toContain(`docs/runbook.md#${anchor}`);
  });

  it('may publish to the encrypted topic', () => {
    expect(permissionsOf(template, `Observability${id}Role`)).toEqual([
      'kms:Decrypt on ObservabilityAlarmsKey',
      'kms:GenerateDataKey on ObservabilityAlarmsKey',
      'sns:Publish on ObservabilityAlarmsTopic',
    ]);
  });

  it('is counted by an alarm', () => {
    expect(alarmNamed(alarm)?.properties).toMatchObject({
      Namespace: 'AWS/Events',
      MetricName: 'TriggeredRules',
      Dimensions: [{ Name: 'RuleName', Value: { Ref: rule } }],
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });
});

describe('what is watched of copies and jobs', () => {
  it('is every way in which a copy is not made, in the vault of the table', () => {
    const vault = resourceOf(template, 'AWS::Backup::BackupVault', 'HomeStorageBackups');
    expect(tellingRule('BackupFailed').properties.EventPattern).toMatchObject({
      source: ['aws.backup'],
      'detail-type': ['Backup Job State Change'],
      detail: {
        state: ['FAILED', 'ABORTED', 'EXPIRED'],
        backupVaultName: [{ 'Fn::GetAtt': [vault.id, 'BackupVaultName'] }],
      },
    });
  });

  it('is that two days pass without a copy, told or not', () => {
    expect(alarmNamed('Backups-Missing-Critical')?.properties).toMatchObject({
      MetricName: 'NumberOfBackupJobsCompleted',
      Period: 86_400,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  it('is every job queue of Batch, that of a training too, and no child of an array', () => {
    const training = synthesize({ trainingNodes: '2' }).template;
    const { properties } = resourceOf(training, 'AWS::Events::Rule', 'ObservabilityBatchJobFailed');
    const { detail } = properties.EventPattern as { detail: Record<string, unknown[]> };
    expect(detail.status).toEqual(['FAILED']);
    expect(detail.jobQueue?.map(nameOf).sort()).toEqual(
      resourcesOf(training, 'AWS::Batch::JobQueue')
        .map(({ id }) => nameOf({ Ref: id }))
        .sort(),
    );
    expect(detail.jobQueue).toHaveLength(3);
    expect(detail.arrayProperties).toEqual({ index: [{ exists: false }] });
  });

  it('is each operation that the code asks of the table', () => {
    const code = globSync('aws/table/*.ts', { cwd: PROJECT_ROOT })
      .map((file) => readFileSync(join(PROJECT_ROOT, file), 'utf8'))
      .join('');
    const asked = [
      ...code.matchAll(/new (Get|BatchGet|Query|Put|Delete|TransactWrite|Update|Scan|\w+)Command\(/g),
    ];
    const names: Record<string, string> = {
      BatchGet: 'BatchGetItem',
      Query: 'Query',
      TransactWrite: 'TransactWriteItems',
    };
    const operations = new Set(asked.map(([, name = '']) => names[name] ?? `${name}Item`));
    expect([...TABLE_OPERATIONS].sort()).toEqual([...operations].sort());
  });
});

describe('the dashboard', () => {
  const { properties } = resourceOf(template, 'AWS::CloudWatch::Dashboard', 'Observability');
  const body = JSON.stringify(properties.DashboardBody);

  it.each([
    ...['ImagePrepared', 'ImageUngradable', 'ImageRendered', 'DecoderEnded', 'PixelsMissing'],
    'SuspectPreparedAlone',
    ...[
      'FieldSeenMacula',
      'FieldSeenDisc',
      'FieldUndecided',
      'FieldDoubtful',
      'FieldUnnamed',
      'FieldUnnamedDisc',
    ],
    ...['ImageReceived', 'ScreeningRequested', 'AnsweredWithoutModel', 'ExamScreened', 'ExamUngradable'],
    ...[
      'ReconciledSentAgain',
      'ReconciledRemoved',
      'ReconciledBroughtBack',
      'ReconciledNeedsPerson',
      'ReconciledStages',
    ],
    ...['ImageScreened', 'RequestHandedOver'],
  ])('shows the counter %s that a function or the worker writes', (counter) => {
    expect(body).toContain(counter);
    const sources = globSync('{functions/{prepare,intake,aggregate,reconcile},screening/exam}/*.ts', {
      cwd: PROJECT_ROOT,
    });
    const code = sources.map((file) => readFileSync(join(PROJECT_ROOT, file), 'utf8')).join('');
    expect(code).toContain(`'${counter}'`);
  });

  it.each(STAGES)('shows how fast the worker is at %s', (stage) => {
    expect(body).toContain(`${stage.charAt(0).toUpperCase()}${stage.slice(1)}ImagesPerSecond`);
  });
});
