import { type Finished, retclip } from '../../system/retclip.ts';
import { OPERATOR_KEY } from '../account/principals.ts';
import { REGION } from '../emulator/ministack.ts';
import { ScenarioError } from '../errors.ts';
import { STACK_NAME } from '../stack/deploy-stack.ts';

const NAMES = new URL('./names-of-localhost.mjs', import.meta.url).href;

/** How the command line is told where the system is. */
export type WayIn = 'stack' | 'endpoint';

/** The real command line, in processes of its own, of a person who has signed in. */
export class CommandLine {
  readonly #environment: Readonly<Record<string, string>>;
  readonly #endpoint: string;

  /**
   * @param aws where AWS is called
   * @param api where the stack's API answers
   */
  constructor(aws: string, api: string, token: string) {
    this.#endpoint = api;
    this.#environment = {
      NODE_OPTIONS: `--import ${NAMES}`,
      RETCLIP_TOKEN: token,
      AWS_ENDPOINT_URL: aws,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: OPERATOR_KEY,
      AWS_SECRET_ACCESS_KEY: 'of-the-operator',
    };
  }

  /** Runs a verb. By the stack, it asks CloudFormation where the API is. */
  run(way: WayIn, ...words: readonly string[]): Promise<Finished> {
    const environment = this.#environment;
    return way === 'stack'
      ? retclip([...words, '--stack', STACK_NAME], environment)
      : retclip(words, { ...environment, RETCLIP_ENDPOINT: this.#endpoint });
  }

  /** Runs a verb that must end so. @returns its standard output @throws ScenarioError with what it said */
  async insist(way: WayIn, code: number, ...words: readonly string[]): Promise<string> {
    const finished = await this.run(way, ...words);
    if (finished.code === code) return finished.stdout;
    throw new ScenarioError(
      `retclip ${words.join(' ')} ended with ${finished.code} instead of ${code}: ${finished.stderr}${finished.stdout}`.slice(
        0,
        4_000,
      ),
    );
  }
}
