import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { STAGES } from '../../screening/metrics/stage-rates.ts';
import { PROJECT_ROOT } from '../project-root.ts';
import { nameOf, resourceOf, resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

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
