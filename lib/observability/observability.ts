import { Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { DefaultDashboardFactory, MonitoringFacade, SnsAlarmActionStrategy } from 'cdk-monitoring-constructs';
import { Construct } from 'constructs';
import type { Aggregation } from '../aggregation/aggregation.ts';
import type { Api } from '../api/api.ts';
import { METRICS_NAMESPACE } from '../functions/bundled-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import type { Intake } from '../intake/intake.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Preparation } from '../preparation/preparation.ts';
import type { Reconciliation } from '../reconciliation/reconciliation.ts';
import type { LiveLane } from '../screening/live-lane.ts';
import type { Screening } from '../screening/screening.ts';
import type { Search } from '../search/search.ts';
import type { Training } from '../training/training.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { above } from './alarm-thresholds.ts';
import { AlarmTopic } from './alarm-topic.ts';
import {
  counterMetric,
  longestWait,
  nobodyWorks,
  stageRates,
  tooManyDiscs,
  ungradableRate,
} from './pipeline-metrics.ts';
import { nameParagraphs } from './runbook.ts';
import { watchBackups } from './watch-backups.ts';
import { watchBatchJobs } from './watch-batch-jobs.ts';
import { watchFunctions } from './watch-functions.ts';
import { watchQueues } from './watch-queues.ts';
import { watchReconciliation } from './watch-reconciliation.ts';
import { watchTable } from './watch-stores.ts';

export interface ObservabilityProps {
  readonly home: CloudHome;
  readonly preparation: Preparation;
  readonly intake: Intake;
  /** The GPU workers, where there are any. */
  readonly screening: Screening | undefined;
  readonly liveLane: LiveLane;
  readonly aggregation: Aggregation;
  readonly api: Api;
  readonly search: Search;
  readonly webhooks: Webhooks;
  readonly jobs: Jobs | undefined;
  readonly training: Training | undefined;
  /** Writes scopes into the tokens of the stack's own user pool, where it has one. */
  readonly tokenScopes: IFunction | undefined;
  readonly reconciliation: Reconciliation;
  readonly alarmEmail: string | undefined;
}

const UNGRADABLE_PERCENT = 30;
/** A population job may keep new exams of a GPU waiting for hours; what waits for a day is stuck. */
const WAITED_LONG = Duration.days(1);
/** One poisonous exam makes at most about thirty: three crashes, each with ten exams in hand. */
const SUSPECTS_AN_HOUR = 30;

/** @param hasService whether GPU workers screen new exams; else the live lane takes their queue, and jobs alone have workers */
function workerDownText(hasService: boolean): string {
  const where = hasService
    ? 'the ECS service (GPU quota, Spot capacity, image, model bundle)'
    : 'the log and the errors of the function screen (model bundle, memory, quota of Lambda)';
  return `Exams have waited for half an hour and none was screened: look at ${where}.`;
}

/** @param hasService as of {@link workerDownText} */
function workersEndText(hasService: boolean): string {
  const log = hasService ? 'the GPU worker' : 'the job (AWS Batch)';
  return `Workers end while they screen: look at the log of ${log} for the exams that were in hand, and at its memory.`;
}

/** One dashboard, and alarms for what a person has to look at. */
export class Observability extends Construct {
  readonly alarms: AlarmTopic;
  readonly #facade: MonitoringFacade;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    this.alarms = new AlarmTopic(this, 'Alarms', { email: props.alarmEmail });
    const prefix = Stack.of(this).stackName;
    this.#facade = new MonitoringFacade(this, 'Monitoring', {
      alarmFactoryDefaults: {
        alarmNamePrefix: prefix,
        actionsEnabled: true,
        action: new SnsAlarmActionStrategy({ onAlarmTopic: this.alarms.topic, onOkTopic: this.alarms.topic }),
        datapointsToAlarm: 1,
      },
      metricFactoryDefaults: { namespace: METRICS_NAMESPACE },
      dashboardFactory: new DefaultDashboardFactory(this, 'Dashboards', { dashboardNamePrefix: prefix }),
    });
    this.#watchScreening(props);
    watchQueues(this.#facade, props.home, props.jobs);
    watchReconciliation(this.#facade);
    this.#watchFunctions(props);
    watchTable(this.#facade, props.home.storage.table);
    this.#watchEvents(props);
    nameParagraphs(this, `${prefix}-`);
  }

  #watchScreening({ home, screening, jobs }: ObservabilityProps): void {
    const hasWorkers = screening !== undefined || jobs !== undefined;
    const minutes = Duration.minutes(5);
    this.#facade.addLargeHeader('retclip-screening (research use only)');
    this.#facade.monitorCustom({
      humanReadableName: 'Screening',
      alarmFriendlyName: 'Screening',
      metricGroups: [
        {
          title: 'Photographs',
          metrics: [
            counterMetric('prepare', 'ImagePrepared', minutes),
            counterMetric('prepare', 'ImageUngradable', minutes),
            counterMetric('prepare', 'ImageRendered', minutes),
            counterMetric('gpu-worker', 'PixelsMissing', minutes),
            counterMetric('screen', 'PixelsMissing', minutes),
          ],
        },
        {
          title: 'Exams',
          metrics: [
            counterMetric('intake', 'ImageReceived', minutes),
            counterMetric('intake', 'ScreeningRequested', minutes),
            counterMetric('intake', 'AnsweredWithoutModel', minutes),
            counterMetric('aggregate', 'ExamScreened', minutes),
            counterMetric('aggregate', 'ExamUngradable', minutes),
          ],
        },
        {
          title: 'Exams that wait longest, of all programs',
          metrics: [
            {
              metric: longestWait(),
              alarmFriendlyName: 'ExamsWait',
              addAlarm: {
                Warning: above(
                  WAITED_LONG.toSeconds(),
                  `An exam has waited for its result for more than ${WAITED_LONG.toHumanString()}. The metric OldestExamSeconds says of which program, and the log of the function reconcile which exam.`,
                ),
              },
            },
          ],
        },
        {
          title: 'Ungradable',
          metrics: [
            {
              metric: ungradableRate(),
              alarmFriendlyName: 'UngradableRate',
              addAlarm: {
                Warning: above(
                  UNGRADABLE_PERCENT,
                  'Many photographs cannot be graded: look at the reasons and at the cameras.',
                ),
              },
            },
          ],
        },
        {
          title: 'Fields that photographs show',
          metrics: [
            counterMetric('prepare', 'FieldSeenMacula', minutes),
            counterMetric('prepare', 'FieldSeenDisc', minutes),
            counterMetric('prepare', 'FieldUndecided', minutes),
            counterMetric('prepare', 'FieldDoubtful', minutes),
          ],
        },
        {
          title: 'Seen as of the disc without a word of the sender',
          metrics: [
            {
              metric: tooManyDiscs(),
              alarmFriendlyName: 'UnnamedDiscs',
              addAlarm: {
                Warning: above(
                  0,
                  'More photographs without a named field were seen as of the disc than the 0.39 % that may be wrong by what was measured: an eye with no other photograph supports no recall. See the metric FieldUnnamedDisc by program and by camera, and retclip program fields. Where discs are photographed, have their senders name the field; where they are maculas, name them and report the camera.',
                ),
              },
            },
          ],
        },
        { title: 'Images per second by stage', metrics: [...stageRates()] },
        {
          title: 'Photographs that end what reads them',
          metrics: [
            counterMetric('prepare', 'DecoderEnded', minutes),
            {
              metric: counterMetric('prepare', 'SuspectPreparedAlone', Duration.hours(1)),
              alarmFriendlyName: 'PreparationEnds',
              addAlarm: {
                Warning: above(
                  SUSPECTS_AN_HOUR,
                  'Calls of preparation end while they open photographs: look at the log of the function prepare for the files that were in hand, and at its memory.',
                ),
              },
            },
            ...(hasWorkers
              ? [
                  {
                    metric: counterMetric('gpu-worker', 'SuspectScreenedAlone', Duration.hours(1)),
                    alarmFriendlyName: 'WorkersEnd',
                    addAlarm: {
                      Warning: above(SUSPECTS_AN_HOUR, workersEndText(screening !== undefined)),
                    },
                  },
                ]
              : []),
            {
              metric: counterMetric('screen', 'SuspectScreenedAlone', Duration.hours(1)),
              alarmFriendlyName: 'LiveLaneEnds',
              addAlarm: {
                Warning: above(
                  SUSPECTS_AN_HOUR,
                  'The function screen of the live lane ends while it screens: look at its log for the exams that were in hand, and at its memory.',
                ),
              },
            },
          ],
        },
        {
          title: 'Photographs by lane',
          metrics: [
            counterMetric('screen', 'ImageScreened', minutes),
            counterMetric('gpu-worker', 'ImageScreened', minutes),
            counterMetric('screen', 'RequestHandedOver', minutes),
          ],
        },
        {
          title: screening === undefined ? 'Queue screening' : 'GPU workers',
          metrics: [
            {
              metric: nobodyWorks(home.messaging.queues.screening.queue),
              alarmFriendlyName: 'WorkerDown',
              addAlarm: {
                Critical: {
                  ...above(0, workerDownText(screening !== undefined)),
                  ...{ evaluationPeriods: 6, datapointsToAlarm: 6 },
                },
              },
            },
          ],
        },
      ],
    });
    if (screening === undefined) return;
    this.#facade.monitorSimpleEc2Service({
      ec2Service: screening.service,
      humanReadableName: 'GPU workers',
      alarmFriendlyName: 'GpuWorkers',
    });
  }

  #watchFunctions(props: ObservabilityProps): void {
    const { preparation, intake, liveLane, aggregation, api, search, webhooks, reconciliation, jobs } = props;
    watchFunctions(this.#facade, {
      prepare: preparation.handler,
      intake: intake.handler,
      screen: liveLane.handler,
      aggregate: aggregation.handler,
      api: api.handler,
      'index-exam': search.indexer,
      search: search.handler,
      webhooks: webhooks.handler,
      reconcile: reconciliation.handler,
      'token-scopes': props.tokenScopes,
      'plan-job': jobs?.planner,
      'finish-job': jobs?.finisher,
    });
    this.#facade.monitorApiGatewayV2HttpApi({
      api: api.http,
      humanReadableName: 'API',
      alarmFriendlyName: 'Api',
      add5xxCountAlarm: {
        Warning: {
          ...{ maxErrorCount: 5, evaluationPeriods: 1 },
          alarmDescriptionOverride: 'The API answered more than five calls in five minutes with 5xx.',
        },
      },
    });
  }

  /** What AWS tells of by events: jobs that fail, and copies that are not made. */
  #watchEvents({ home, jobs, training }: ObservabilityProps): void {
    const { topic, key } = this.alarms;
    const watch = { scope: this, facade: this.#facade, topic, key };
    watchBackups(watch, home.storage.backups.vault.backupVaultName);
    const queues = [...(jobs?.batchQueues ?? []), ...(training === undefined ? [] : [training.queue])];
    if (queues.length > 0)
      watchBatchJobs(
        watch,
        queues.map(({ jobQueueArn }) => jobQueueArn),
      );
  }
}
