import { type PermissionProxy, startPermissionProxy } from './permission-proxy.ts';
import { policyStatements } from './policy-statement.ts';
import { type RecordedUpstream, startRecordedUpstream } from './recorded-upstream.ts';
import { bucketOfHost } from './requests/s3-location.ts';

export const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/data';
export const region = 'eu-west-1';
const everything = policyStatements({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'a test');

/** A proxy before a recorded upstream, by a role that may do everything: it tells what each call needs. */
export class NeededPermissions implements AsyncDisposable {
  readonly upstream: RecordedUpstream;
  readonly proxy: PermissionProxy;

  private constructor(upstream: RecordedUpstream, proxy: PermissionProxy) {
    this.upstream = upstream;
    this.proxy = proxy;
  }

  static async start(): Promise<NeededPermissions> {
    const upstream = await startRecordedUpstream();
    const proxy = await startPermissionProxy({
      upstream: upstream.endpoint,
      principals: new Map([['AKIAALL', { role: 'all', statements: everything }]]),
      resourcePolicies: new Map(),
      facts: {
        accountId: '111122223333',
        partition: 'aws',
        bucketOfHost,
        keyOfBucket: (bucket) => (bucket === 'data' ? KEY : undefined),
        keyOfVectorBucket: () => KEY,
        keyOfQueue: () => undefined,
        keyOfTable: () => undefined,
      },
    });
    return new NeededPermissions(upstream, proxy);
  }

  /** Of a client that speaks to the proxy. */
  get settings() {
    return {
      endpoint: this.proxy.endpoint,
      region,
      credentials: { accessKeyId: 'AKIAALL', secretAccessKey: 'secret' },
      maxAttempts: 1,
    };
  }

  /** Forgets the calls of the test before. */
  forget(): void {
    (this.proxy.calls as unknown[]).length = 0;
  }

  /** What this call and those before it need, whatever the client makes of the empty answer. */
  async of(call: () => Promise<unknown>): Promise<string[]> {
    await call().catch(() => undefined);
    return this.proxy.calls.map(({ action, resource, decision }) =>
      decision === 'allowed' ? `${action} ${resource}` : `${decision} ${action}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy.close();
    await this.upstream.close();
  }
}
