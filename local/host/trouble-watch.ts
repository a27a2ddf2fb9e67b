import type { Log } from '../../core/ports/log.ts';
import { RepeatedWork } from './repeated-work.ts';

const LOOK_MILLISECONDS = 1_000;

export interface TroubleWatchOptions {
  /** What holds the system up now. */
  readonly trouble: () => readonly string[];
  readonly log: Log;
  /** Tells people at the terminal. */
  readonly tell?: (text: string) => void;
  readonly lookMilliseconds?: number;
}

/** What a sentence is about: figures in it change from moment to moment. */
function kindOf(text: string): string {
  return text.replaceAll(/[\d.,]+ (?:bytes|[kMGT]B|s)\b/g, '…');
}

/** Says when something begins to hold the system up, and when it is over: in the log, and at the terminal. */
export function watchTrouble(options: TroubleWatchOptions): RepeatedWork {
  const { trouble, log, tell = () => undefined, lookMilliseconds = LOOK_MILLISECONDS } = options;
  let known = new Map<string, string>();
  return new RepeatedWork({
    round: async () => {
      const present = new Map(trouble().map((text) => [kindOf(text), text]));
      for (const [kind, text] of present) {
        if (known.has(kind)) continue;
        log.error('The system is held up', { reason: text });
        tell(text);
      }
      if (known.size > 0 && present.size === 0) {
        log.info('The system goes on', { after: [...known.values()] });
        tell('That is over: the system goes on.');
      }
      known = present;
      return false;
    },
    pauseMilliseconds: lookMilliseconds,
    onFault: (reason) => log.error('What holds the system up cannot be told', { reason }),
  });
}
