import type { Administrator } from '../emulator/administrator.ts';
import { ScenarioError } from '../errors.ts';
import type { DeployedStack } from '../stack/deploy-stack.ts';
import { oneTimeCode } from './one-time-code.ts';

const PASSWORD = 'A-long-Passphrase-of-2026';
const MOST_CHALLENGES = 4;

interface Answer {
  readonly ChallengeName?: string;
  readonly Session?: string;
  readonly AuthenticationResult?: { readonly AccessToken: string };
}

/** People of the stack's user pool, who sign in as docs/deploy.md tells: with a password and a second factor. */
export class People {
  readonly #administrator: Administrator;
  readonly #pool: string;
  readonly #client: string;

  constructor(administrator: Administrator, { outputs }: DeployedStack) {
    this.#administrator = administrator;
    this.#pool = outputs.UserPool ?? '';
    this.#client = outputs.UserPoolClient ?? '';
  }

  /**
   * Makes a user and signs in.
   *
   * @param groups such as `program:north` and `scope:read`
   * @returns an access token
   */
  async add(name: string, groups: readonly string[]): Promise<string> {
    const user = { UserPoolId: this.#pool, Username: name };
    await this.#call('AdminCreateUser', { ...user, MessageAction: 'SUPPRESS', TemporaryPassword: PASSWORD });
    for (const GroupName of groups) {
      // Others may be in it already.
      await this.#call('CreateGroup', { UserPoolId: this.#pool, GroupName }).catch(() => undefined);
      await this.#call('AdminAddUserToGroup', { ...user, GroupName });
    }
    return this.#signIn(name);
  }

  async #signIn(name: string): Promise<string> {
    let secret = '';
    let answer = (await this.#call('InitiateAuth', {
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: this.#client,
      AuthParameters: { USERNAME: name, PASSWORD },
    })) as Answer;
    for (let challenge = 0; challenge < MOST_CHALLENGES; challenge += 1) {
      const { AuthenticationResult, ChallengeName, Session } = answer;
      if (AuthenticationResult !== undefined) return AuthenticationResult.AccessToken;
      const respond = async (responses: Record<string, string>, session = Session) =>
        (await this.#call('RespondToAuthChallenge', {
          ...{ ChallengeName, ClientId: this.#client, Session: session },
          ChallengeResponses: { USERNAME: name, ...responses },
        })) as Answer;
      if (ChallengeName === 'NEW_PASSWORD_REQUIRED') {
        answer = await respond({ NEW_PASSWORD: `${PASSWORD}!` });
      } else if (ChallengeName === 'MFA_SETUP') {
        const enrolled = await this.#call('AssociateSoftwareToken', { Session });
        secret = String(enrolled.SecretCode);
        const UserCode = oneTimeCode(secret, new Date());
        const verified = await this.#call('VerifySoftwareToken', { Session: enrolled.Session, UserCode });
        answer = await respond({}, String(verified.Session));
      } else if (ChallengeName === 'SOFTWARE_TOKEN_MFA') {
        answer = await respond({ SOFTWARE_TOKEN_MFA_CODE: oneTimeCode(secret, new Date()) });
      } else break;
    }
    throw new ScenarioError(`${name} cannot sign in: ${JSON.stringify(answer)}`);
  }

  #call(operation: string, body: object): Promise<Record<string, unknown>> {
    return this.#administrator.json('cognito-idp', `AWSCognitoIdentityProviderService.${operation}`, body);
  }
}
