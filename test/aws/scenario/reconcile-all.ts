import type { ReconciliationAnswer } from '../../../functions/api/reconciliation-answer.ts';
import { expectThat, PROGRAM, type Stage } from './stage.ts';

/** Calls the function that the stack's schedule calls each hour. */
export async function reconcileHourly({ account }: Stage): Promise<void> {
  const [id = ''] =
    Object.entries(account.app.template.Resources).find(
      ([name, { Type }]) => Type === 'AWS::Lambda::Function' && name.startsWith('Reconciliation'),
    ) ?? [];
  const failed = account.functions.failed.length;
  await account.administrator.invoke(account.stack.ids[id] ?? '', {});
  expectThat(
    account.functions.failed.length === failed,
    'the hourly reconciliation to end',
    account.functions.failed.at(-1),
  );
}

/** Reconciles everything: by the command, and by the function that is called each hour. Nothing is lost, so nothing waits. */
export async function reconcileAll(stage: Stage): Promise<void> {
  await reconcileHourly(stage);
  const answer: ReconciliationAnswer = JSON.parse(
    await stage.operator.insist('stack', 0, 'reconcile', '--program', PROGRAM, '--json'),
  );
  expectThat(
    answer.state !== 'running' && answer.waitingForPerson === 0,
    'nothing to wait for a person',
    answer,
  );
}
