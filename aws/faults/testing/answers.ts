import type { ServerResponse } from 'node:http';

/** An answer of S3. */
export const inXml =
  (status: number, code: string, message: string) => (method: string, response: ServerResponse) => {
    const body = `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>R1</RequestId></Error>`;
    response.writeHead(status, { 'x-amz-request-id': 'R1' }).end(method === 'HEAD' ? '' : body);
  };

/** An answer of a service that speaks JSON. */
export const inJson =
  (status: number, code: string, message: string) => (_: string, response: ServerResponse) =>
    response
      .writeHead(status, { 'x-amzn-errortype': code, 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ __type: code, message }));

/** What AWS says of a call that a role may not do. */
export const denied = (action: string, resource: string, why: string) =>
  `User: arn:aws:sts::111122223333:assumed-role/worker/i-1 is not authorized to perform: ${action} on resource: ${resource} ${why}`;
