import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { SCOPE_PREFIX } from '../../aws/scope-prefix.ts';
import { BundledFunction } from '../functions/bundled-function.ts';
import type { TokenIssuer } from './token-issuer.ts';

/**
 * Operators, readers and administrators, for deployments that bring no identity provider of their own.
 *
 * Users are made by an administrator, sign in with a second factor, and get by their groups what their tokens say:
 * `program:<name>` (or `program:*`) a program, `scope:read`, `scope:review`, `scope:operate`, `scope:admin` a scope.
 */
export class UserDirectory extends Construct implements TokenIssuer {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  /** Writes what a user's groups say into tokens: where it fails, nobody signs in. */
  readonly tokenScopes: BundledFunction;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopePrefix = SCOPE_PREFIX;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      // Without e-mail or telephone a code has no address: an administrator resets the password.
      accountRecovery: AccountRecovery.NONE,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { sms: false, otp: true },
      passwordPolicy: {
        minLength: 14,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.tokenScopes = new BundledFunction(this, 'TokenScopes', {
      folder: 'token-scopes',
      // Cognito waits no longer.
      timeout: Duration.seconds(5),
      memoryMegabytes: 256,
    });
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, this.tokenScopes, LambdaVersion.V2_0);
    this.client = this.pool.addClient('Client', {
      disableOAuth: true,
      generateSecret: false,
      authFlows: { userSrp: true, userPassword: true },
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
    this.issuer = this.pool.userPoolProviderUrl;
    this.audience = [this.client.userPoolClientId];
  }
}
