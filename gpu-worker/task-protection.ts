import { z } from 'zod';
import { reasonOf } from '../core/errors.ts';
import type { Log } from '../core/ports/log.ts';

/** How long ECS may not stop a task that has exams in hand. */
const PROTECTED_MINUTES = 10;
/** How long it may after that, so that a release or a smaller number of workers comes through on a busy day. */
const OPEN_MILLISECONDS = 60_000;
/** The agent answers from the same machine. */
const ANSWER_MILLISECONDS = 5_000;

const answerSchema = z.object({
  protection: z.object({ ProtectionEnabled: z.boolean() }).optional(),
  failure: z.object({ Reason: z.string() }).optional(),
  error: z.object({ Code: z.string().optional(), Message: z.string() }).optional(),
});

export interface TaskProtectionOptions {
  /** Of the ECS agent, as it tells its containers by `ECS_AGENT_URI`; without it there is no task to protect. */
  readonly agent: string | undefined;
  readonly log: Log;
  readonly now?: () => number;
}

/**
 * Asks ECS not to stop this task for fewer workers or a release while it has exams in hand. It is asked for ten minutes at a
 * time, and a minute is left between them: a worker that is never idle must not hold a release up for ever. Without
 * protection no exam is lost; those in hand are handed back, and are screened by another worker.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 */
export class TaskProtection {
  readonly #options: TaskProtectionOptions;
  #protectedUntil = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(options: TaskProtectionOptions) {
    this.#options = options;
  }

  /**
   * Tells of the exams in hand; to be called every few seconds. A refusal is logged, and asked again a minute later.
   *
   * @param inHand how many exams
   */
  async update(inHand: number): Promise<void> {
    const { agent, now = Date.now } = this.#options;
    if (agent === undefined || this.#isAsking) return;
    const at = now();
    const isProtected = at < this.#protectedUntil;
    if (inHand > 0 && at >= this.#protectedUntil + OPEN_MILLISECONDS) {
      const isDone = await this.#ask(agent, { ProtectionEnabled: true, ExpiresInMinutes: PROTECTED_MINUTES });
      this.#protectedUntil = isDone ? at + PROTECTED_MINUTES * 60_000 : at;
    } else if (inHand === 0 && isProtected && (await this.#ask(agent, { ProtectionEnabled: false }))) {
      this.#protectedUntil = Number.NEGATIVE_INFINITY;
    }
  }

  /** @returns whether the task's protection is as it was asked for */
  async #ask(
    agent: string,
    state: { ProtectionEnabled: boolean; ExpiresInMinutes?: number },
  ): Promise<boolean> {
    const { log } = this.#options;
    this.#isAsking = true;
    try {
      const response = await fetch(`${agent}/task-protection/v1/state`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(state),
        signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
      });
      const { protection, failure, error } = answerSchema.parse(await response.json());
      if (protection?.ProtectionEnabled === state.ProtectionEnabled) return true;
      const reason = failure?.Reason ?? error?.Message ?? `status ${response.status}`;
      log.warn('ECS does not change the protection of this task', { reason });
    } catch (error) {
      log.warn('ECS does not change the protection of this task', { reason: reasonOf(error) });
    } finally {
      this.#isAsking = false;
    }
    return false;
  }
}
