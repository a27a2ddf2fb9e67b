import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import type { RoleCredentials } from '../account/role-credentials.ts';
import { imageCommand } from '../containers/container-image.ts';
import type { Administrator } from '../emulator/administrator.ts';
import { REGION } from '../emulator/ministack.ts';
import { DeploymentError } from '../errors.ts';
import type { SynthesizedApp } from '../stack/app-template.ts';
import type { DeployedStack } from '../stack/deploy-stack.ts';
import { ADDRESS_VARIABLE } from '../stack/emulated-template.ts';
import type { DeployedFunction } from './execution-environment.ts';

interface Configuration {
  readonly FunctionName: string;
  readonly MemorySize: number;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
}

interface Code {
  readonly S3Key?: string;
  readonly ImageUri?: unknown;
}

/** How processes on the emulated AWS find it, and who they are. */
export interface ProcessAccess {
  readonly endpoint: string;
  /** By the role's logical id. */
  credentialsOf(role: string): RoleCredentials;
}

/** What every process of a role on AWS is given by it. */
export function accessVariables(access: ProcessAccess, role: string): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken } = access.credentialsOf(role);
  return {
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL: access.endpoint,
    // As in the addresses of queues, which the client would take otherwise, and complain.
    AWS_ENDPOINT_URL_SQS: access.endpoint.replace('127.0.0.1', 'localhost'),
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
}

/** The logical id of the role that a resource names by `Fn::GetAtt`. */
export function roleIn(reference: unknown): string {
  const attribute = (reference as { 'Fn::GetAtt'?: readonly string[] })['Fn::GetAtt'];
  if (attribute?.[0] === undefined)
    throw new DeploymentError(`Expected a role but the template has ${JSON.stringify(reference)}.`);
  return attribute[0];
}

/** The stack's functions: their bundles as CDK made them, their environment as CloudFormation resolved it. */
export async function deployedFunctions(
  app: SynthesizedApp,
  stack: DeployedStack,
  administrator: Administrator,
  access: ProcessAccess,
  workFolder: string,
): Promise<readonly DeployedFunction[]> {
  const described: DeployedFunction[] = [];
  for (const [id, { Type, Properties = {} }] of Object.entries(app.template.Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const path = `/2015-03-31/functions/${stack.ids[id]}/configuration`;
    const configuration = (await administrator.get('lambda', path)) as Configuration;
    const { [ADDRESS_VARIABLE]: _, ...variables } = configuration.Environment.Variables;
    const service = variables.POWERTOOLS_SERVICE_NAME ?? '';
    const code = Properties.Code as Code;
    const [module = '', handler = ''] =
      code.S3Key === undefined
        ? await imageModule(app, code.ImageUri)
        : [join(app.folder, `asset.${code.S3Key.replace('.zip', '')}`, 'index.mjs'), 'handler'];
    described.push({
      id,
      module: pathToFileURL(module).href,
      handler,
      logFile: join(workFolder, `${service}.log`),
      environment: {
        ...variables,
        ...accessVariables(access, roleIn(Properties.Role)),
        AWS_LAMBDA_FUNCTION_NAME: configuration.FunctionName,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.MemorySize),
        // The image says /tmp; a process shares that with others.
        ...(code.S3Key === undefined ? { RETCLIP_CACHE: join(workFolder, service) } : {}),
      },
    });
  }
  return described;
}

/** The module and the handler that the image of a function runs. */
async function imageModule(app: SynthesizedApp, image: unknown): Promise<readonly string[]> {
  const [command = ''] = await imageCommand(app, image);
  const [file, handler = ''] = command.split('.');
  return [join(PROJECT_ROOT, `${file}.mjs`), handler];
}
