import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { QUEUE_NAMES } from '../../core/messages/queues.ts';
import { HomeFunction } from '../functions/home-function.ts';
import type { CloudHome } from '../home/cloud-home.ts';
import { ERASING_ACCESS } from '../home/erasing-access.ts';

export interface ReconciliationProps {
  readonly home: CloudHome;
}

/** The longest that a function may run; what is left then is gone on with an hour later. */
const TIMEOUT = Duration.minutes(15);

/**
 * Finds what neither queue nor record speaks of any more: EventBridge Scheduler → reconcile function. SQS forgets after 14
 * days; with this nothing that was accepted is lost.
 */
export class Reconciliation extends Construct {
  readonly handler: HomeFunction;

  constructor(scope: Construct, id: string, props: ReconciliationProps) {
    super(scope, id);
    const { home } = props;
    this.handler = new HomeFunction(this, 'Function', {
      folder: 'reconcile',
      home,
      access: {
        // It goes on with erasures that were interrupted, too, and looks for what late writers left of an erased patient.
        readObjects: [
          ...ERASING_ACCESS.readObjects,
          ...(['formerResults', 'programRegister'] as const),
          ...(['jobRecords', 'reconciliation'] as const),
        ],
        // Rows of features are written over with zeros; an unregistered program is registered.
        writeObjects: [...ERASING_ACCESS.writeObjects, 'programRegister', 'reconciliation'],
        eraseObjects: [...ERASING_ACCESS.eraseObjects, 'reconciliation'],
        exams: ERASING_ACCESS.exams,
        // A photograph of no exam is prepared again.
        sendTo: ['preparation', 'intake', 'indexing'],
        prepared: ERASING_ACCESS.prepared,
        measure: QUEUE_NAMES,
        lookInto: QUEUE_NAMES,
        vectors: 'sweep',
      },
      timeout: TIMEOUT,
      memoryMegabytes: 1_024,
    });
    this.#schedule();
  }

  /** Each hour: what is not due yet costs one read. */
  #schedule(): void {
    const { account } = Stack.of(this);
    const role = new Role(this, 'SchedulerRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    const actions = ['lambda:InvokeFunction'];
    role.addToPolicy(new PolicyStatement({ actions, resources: [this.handler.functionArn] }));
    const group = new CfnScheduleGroup(this, 'Schedules');
    const schedule = new CfnSchedule(this, 'Hourly', {
      description: 'Reconciles what is stored with what is recorded',
      groupName: group.ref,
      scheduleExpression: 'rate(1 hour)',
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
      target: {
        arn: this.handler.functionArn,
        roleArn: role.roleArn,
        // The next hour goes on: to try one call again would be two at once.
        retryPolicy: { maximumRetryAttempts: 0 },
      },
    });
    schedule.node.addDependency(role);
  }
}
