import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type Parameter,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Administrator } from '../emulator/administrator.ts';
import { installMinistack } from '../emulator/install-ministack.ts';
import { ACCOUNT, type Ministack, REGION } from '../emulator/ministack.ts';
import { DeploymentError } from '../errors.ts';
import type { SynthesizedApp, Template } from './app-template.ts';
import { lackingTypes } from './lacking-kinds.ts';

const run = promisify(execFile);

export const STACK_NAME = 'RetclipScreening';
const ASSETS = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
const PAUSE_MILLISECONDS = 250;

/** A stack that the emulator has made. */
export interface DeployedStack {
  /** Physical ids by logical ids. */
  readonly ids: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** What `cdk bootstrap` and AWS itself have put there beforehand. @returns the parameters that the stack is given */
async function bootstrap(
  administrator: Administrator,
  s3: S3Client,
  template: Template,
): Promise<readonly Parameter[]> {
  await s3.send(new CreateBucketCommand({ Bucket: ASSETS }));
  const parameters: Parameter[] = [];
  for (const [ParameterKey, { Type, Default }] of Object.entries(template.Parameters)) {
    if (!Type.startsWith('AWS::SSM::Parameter::Value') || Default === undefined) continue;
    const Value = Type.includes('Image::Id') ? 'ami-0123456789abcdef0' : '30';
    // Names under /aws are Amazon's own, for the emulator too, and it has few of them.
    const Name = Default.startsWith('/aws/') ? `/emulated${Default}` : Default;
    await administrator.json('ssm', 'AmazonSSM.PutParameter', { Name, Value, Type: 'String' });
    parameters.push({ ParameterKey, ParameterValue: Name });
  }
  return parameters;
}

/** As `cdk deploy` does: each bundle zipped under its hash, and the template beside them. */
async function publishAssets(s3: S3Client, { folder }: SynthesizedApp, template: Template): Promise<string> {
  const python = await installMinistack();
  for (const name of await readdir(folder)) {
    const hash = /^asset\.([0-9a-f]{64})$/.exec(name)?.[1];
    const isBundle = hash !== undefined && (await readdir(join(folder, name))).includes('index.mjs');
    if (!isBundle) continue;
    const zip = join(folder, `${hash}.zip`);
    await run(python, ['-m', 'zipfile', '-c', zip, ...(await readdir(join(folder, name)))], {
      cwd: join(folder, name),
    });
    await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key: `${hash}.zip`, Body: await readFile(zip) }));
  }
  const Key = 'RetclipScreening.template.json';
  await s3.send(new PutObjectCommand({ Bucket: ASSETS, Key, Body: JSON.stringify(template) }));
  return `https://s3.${REGION}.amazonaws.com/${ASSETS}/${Key}`;
}

/** The types that the emulator's CloudFormation says that it does not recognise. */
async function unrecognized(client: CloudFormationClient, template: Template): Promise<readonly string[]> {
  // The whole template is too long for a body; a resource of each type is enough to ask.
  const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  const Resources = Object.fromEntries([...types].map((Type, index) => [`R${index}`, { Type }]));
  try {
    await client.send(new ValidateTemplateCommand({ TemplateBody: JSON.stringify({ Resources }) }));
    return [];
  } catch (error) {
    const list = /Unrecognized resource types: \[(.*)\]/.exec((error as Error).message)?.[1];
    if (list === undefined) throw error;
    return list.split(', ').sort();
  }
}

async function checkLacking(client: CloudFormationClient, app: Template): Promise<void> {
  const used = new Set(Object.values(app.Resources).map(({ Type }) => Type));
  const said = await unrecognized(client, app);
  const listed = lackingTypes()
    .filter((type) => used.has(type))
    .sort();
  if (said.join() !== listed.join()) {
    throw new DeploymentError(
      `The emulator lacks ${said.join(', ')}, but lacking-kinds.ts lists ${listed.join(', ')}. Bring the list, and what stands in for it, up to date.`,
    );
  }
}

/**
 * Deploys the app's template by the emulator's CloudFormation.
 *
 * @param template what the emulator can deploy of it
 * @throws DeploymentError with the reasons that CloudFormation gives
 */
export async function deployStack(
  emulator: Ministack,
  app: SynthesizedApp,
  template: Template,
): Promise<DeployedStack> {
  const { endpoint } = emulator;
  const settings = {
    endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'administrator' },
  };
  const client = new CloudFormationClient(settings);
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  try {
    await checkLacking(client, app.template);
    const Parameters = [...(await bootstrap(new Administrator(endpoint), s3, template))];
    const TemplateURL = await publishAssets(s3, app, template);
    await client.send(
      new CreateStackCommand({
        StackName: STACK_NAME,
        TemplateURL,
        Parameters,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    );
    const outputs = await ended(client);
    return { ids: await physicalIds(client), outputs };
  } finally {
    client.destroy();
    s3.destroy();
  }
}

/** Waits for the stack. @returns its outputs */
async function ended(client: CloudFormationClient): Promise<Record<string, string>> {
  for (;;) {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK_NAME }));
    const { StackStatus = '', StackStatusReason = '', Outputs = [] } = Stacks?.[0] ?? {};
    if (StackStatus === 'CREATE_COMPLETE') {
      return Object.fromEntries(
        Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      );
    }
    if (StackStatus !== 'CREATE_IN_PROGRESS') {
      throw new DeploymentError(
        `The stack ended as ${StackStatus} (${StackStatusReason}). ${await failures(client)}`,
      );
    }
    await delay(PAUSE_MILLISECONDS);
  }
}

async function failures(client: CloudFormationClient): Promise<string> {
  const reasons: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new DescribeStackEventsCommand({ StackName: STACK_NAME, NextToken }));
    for (const event of page.StackEvents ?? []) {
      if (event.ResourceStatus?.endsWith('_FAILED') === true)
        reasons.push(`${event.LogicalResourceId}: ${event.ResourceStatusReason}`);
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return reasons.join(' ');
}

async function physicalIds(client: CloudFormationClient): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListStackResourcesCommand({ StackName: STACK_NAME, NextToken }));
    for (const { LogicalResourceId, PhysicalResourceId } of page.StackResourceSummaries ?? []) {
      if (LogicalResourceId !== undefined && PhysicalResourceId !== undefined)
        ids[LogicalResourceId] = PhysicalResourceId;
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return ids;
}
