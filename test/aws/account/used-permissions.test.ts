import { expect, it } from 'vitest';
import { policyStatements } from '../permissions/policy-statement.ts';
import { grantsByRole, unusedGrants } from './used-permissions.ts';

const BUCKET = 'arn:aws:s3:::data';
const statements = policyStatements(
  {
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: [`${BUCKET}/left/*`, `${BUCKET}/right/*`],
      },
      { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: 'arn:aws:sqs:eu-west-1:1:intake' },
      { Effect: 'Allow', Action: 'xray:PutTraceSegments', Resource: '*' },
      { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' },
    ],
  },
  'a test',
);
const call = (role: string, action: string, resource: string) => ({
  ...{ role, action, resource },
  decision: 'allowed' as const,
});

it('tells what a role may do and has not done, by action and resource', () => {
  const calls = [
    call('worker', 's3:GetObject', `${BUCKET}/left/1.jpg`),
    call('other', 's3:PutObject', `${BUCKET}/left/1`),
  ];
  const unused = unusedGrants([{ role: 'worker', statements }], calls, new Set());
  expect(grantsByRole(unused)).toEqual({
    worker: [
      's3:GetObject data/right/*',
      's3:PutObject data/left/*',
      's3:PutObject data/right/*',
      'sqs:ReceiveMessage intake',
    ],
  });
});

it('leaves out what Lambda does for a role, and roles that have never called', () => {
  const calls = [call('worker', 's3:GetObject', `${BUCKET}/left/1.jpg`)];
  const roles = [
    { role: 'worker', statements },
    { role: 'idle', statements },
  ];
  const unused = grantsByRole(unusedGrants(roles, calls, new Set(['worker'])));
  expect(Object.keys(unused)).toEqual(['worker']);
  expect(unused.worker).not.toContain('sqs:ReceiveMessage intake');
});
