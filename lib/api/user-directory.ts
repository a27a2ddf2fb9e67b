import { Aws, Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccountRecovery,
  FeaturePlan,
  LambdaVersion,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { LOOPBACK_ADDRESSES } from '../../aws/loopback-addresses.ts';
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
  /** By which people sign in with a browser for the command line. */
  readonly signIn: UserPoolClient;
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
    this.signIn = this.#addSignIn();
    this.issuer = this.pool.userPoolProviderUrl;
    this.audience = [this.client.userPoolClientId, this.signIn.userPoolClientId];
  }

  /** The pages where people sign in for the command line, and the public client that they come back to. */
  #addSignIn(): UserPoolClient {
    this.pool.addDomain('Domain', {
      // It is taken once in a region, by whichever account: it follows from the stack's own id.
      cognitoDomain: { domainPrefix: Fn.join('-', ['retclip', Fn.select(2, Fn.split('/', Aws.STACK_ID))]) },
    });
    return this.pool.addClient('SignIn', {
      generateSecret: false,
      authFlows: {},
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID],
        callbackUrls: LOOPBACK_ADDRESSES,
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      accessTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(30),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
    });
  }
}
