import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { MonitoringFacade } from 'cdk-monitoring-constructs';

/** What stops while a function fails, for those who are woken by it. */
const STOPS = {
  prepare: 'photographs are not opened, and wait in their queue',
  intake: 'photographs are not added to their exams, and wait in their queue',
  screen: 'exams of the live lane are not screened, and wait in their queue',
  aggregate: 'results are not written to their exams, and wait in their queue',
  api: 'callers and readers get no answer',
  'index-exam': 'new results are not found by searches',
  search: 'searches get no answer',
  webhooks: 'events are not sent to webhooks, and wait in their queue',
  reconcile: 'what was lost is not sent again',
  'token-scopes': 'no user of the user pool can sign in',
  'plan-job': 'jobs do not start',
  'finish-job': 'jobs do not come to their end',
} as const satisfies Readonly<Record<string, string>>;
export type WatchedFunction = keyof typeof STOPS;

/** Alarms on calls that fail and calls that Lambda refuses, for each function. */
export function watchFunctions(
  facade: MonitoringFacade,
  functions: Readonly<Partial<Record<WatchedFunction, IFunction | undefined>>>,
): void {
  for (const [name, stops] of Object.entries(STOPS)) {
    const lambdaFunction = functions[name as WatchedFunction];
    if (lambdaFunction === undefined) continue;
    facade.monitorLambdaFunction({
      lambdaFunction,
      humanReadableName: `Function ${name}`,
      alarmFriendlyName: `${name}-function`,
      isIterator: false,
      addFaultCountAlarm: {
        Warning: {
          ...{ maxErrorCount: 0, evaluationPeriods: 3, datapointsToAlarm: 2 },
          alarmDescriptionOverride: `Calls of the function ${name} fail. While they do, ${stops}.`,
        },
      },
      addThrottlesCountAlarm: {
        Warning: {
          ...{ maxErrorCount: 10, evaluationPeriods: 3, datapointsToAlarm: 3 },
          alarmDescriptionOverride: `Lambda refuses calls of the function ${name}: the account's quota of concurrent executions is used up, or the function's bound. Meanwhile ${stops}.`,
        },
      },
    });
  }
}
