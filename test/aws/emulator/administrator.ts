import { EmulatorError } from '../errors.ts';
import { ACCOUNT, REGION } from './ministack.ts';

/** What the emulator takes for the administrator of its account: it verifies no signature. */
function signature(service: string): string {
  const scope = `${ACCOUNT}/20260101/${REGION}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
}

/** Calls of an administrator, for whom the project has no client: they set up and look, and take no part in what is proven. */
export class Administrator {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /** An operation of a service that speaks JSON by a target header: Cognito, SSM, ECS. */
  async json(service: string, target: string, body: object): Promise<Record<string, unknown>> {
    const text = await this.#send(service, '/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
      body: JSON.stringify(body),
    });
    return text === '' ? {} : JSON.parse(text);
  }

  /** An operation of a service that speaks the query protocol: STS. @returns XML */
  query(
    service: string,
    action: string,
    version: string,
    parameters: Readonly<Record<string, string>>,
  ): Promise<string> {
    return this.#send(service, '/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ Action: action, Version: version, ...parameters }).toString(),
    });
  }

  /** A path of a service that speaks REST: Lambda. */
  async get(service: string, path: string): Promise<unknown> {
    return JSON.parse(await this.#send(service, path, { method: 'GET' }));
  }

  /** Calls a function, as Lambda's other callers do. @returns its answer */
  async invoke(functionName: string, event: object): Promise<unknown> {
    const path = `/2015-03-31/functions/${functionName}/invocations`;
    const text = await this.#send('lambda', path, { method: 'POST', body: JSON.stringify(event) });
    return text === '' ? null : JSON.parse(text);
  }

  async #send(service: string, path: string, init: RequestInit): Promise<string> {
    const response = await fetch(`${this.#endpoint}${path}`, {
      ...init,
      headers: { ...(init.headers as Record<string, string>), authorization: signature(service) },
    });
    const text = await response.text();
    if (!response.ok) {
      throw new EmulatorError(
        `The emulator answered ${response.status} to a call of ${service}: ${text.slice(0, 500)}`,
      );
    }
    return text;
  }
}
