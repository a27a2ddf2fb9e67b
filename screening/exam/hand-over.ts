import type { ActiveModel } from '../../core/activation/active-model.ts';
import { parseMessage } from '../../core/messages/parse-message.ts';
import { screeningRequestSchema } from '../../core/messages/screening-request.ts';
import type { Home } from '../../core/ports/index.ts';
import type { Counters } from '../../core/ports/log.ts';
import { askAgain } from './ask-again.ts';
import { checkRequest } from './check-request.ts';

/**
 * Makes the handler of requests that wait in a lane which does not screen the active model: those that are still to be
 * answered go to the lane that does, by way of intake. So a change of the model leaves none behind, and no model is loaded
 * for it.
 *
 * @throws InvalidInputError if the message is none; what the ports throw
 */
export function createHandOver({
  home,
  model,
  counters,
}: {
  readonly home: Pick<Home, 'exams' | 'queues'>;
  /** What is active. */
  readonly model: ActiveModel;
  readonly counters: Counters;
}): (body: string) => Promise<void> {
  return async (body) => {
    const request = parseMessage(screeningRequestSchema, body);
    const { kind } = await checkRequest(home.exams, request, model);
    if (kind === 'answered' || kind === 'superseded') {
      counters.add(kind === 'answered' ? 'RequestAnswered' : 'RequestSuperseded', 1);
      return;
    }
    await askAgain(home, request.exam);
    counters.add('RequestHandedOver', 1);
  };
}
