import type { ExamKey } from '../../core/exams/exam-key.ts';
import type { ExamCheck } from '../../core/messages/exam-check.ts';
import type { Home } from '../../core/ports/index.ts';

/** By then intake, which remembers what is active for as long, has read it again. */
const OTHER_MODEL_SECONDS = 5;

/** Has intake ask for an exam again: by the model that is active then, in the queue of that model's lane. */
export async function askAgain({ queues }: Pick<Home, 'queues'>, exam: ExamKey): Promise<void> {
  const check: ExamCheck = { schema: 'exam-check/1', reason: 'model-changed', exam };
  await queues.intake.queue.send([
    { body: JSON.stringify(check), delaySeconds: OTHER_MODEL_SECONDS, group: exam.program },
  ]);
}
