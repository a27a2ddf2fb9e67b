import { join } from 'node:path';
import type { Administrator } from '../emulator/administrator.ts';
import { DeploymentError } from '../errors.ts';
import { accessVariables, type ProcessAccess, roleIn } from '../functions/deployed-functions.ts';
import type { SynthesizedApp } from '../stack/app-template.ts';
import type { DeployedStack } from '../stack/deploy-stack.ts';
import { jobVariableOutput } from '../stack/emulated-template.ts';
import { imageCommand } from './container-image.ts';
import type { ContainerDescription } from './container-process.ts';

/** What a process on two shared processors is given besides: a GPU instance has its own of each. */
function processVariables(workFolder: string, name: string): Record<string, string> {
  return {
    RETCLIP_CACHE: join(workFolder, `${name}-models`),
    RETCLIP_HEALTH_FILE: join(workFolder, `${name}-alive`),
    RETCLIP_THREADS: '1',
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** The GPU worker: its task definition's variables as CloudFormation resolved them, its image's command, its role. */
export async function workerContainer(
  app: SynthesizedApp,
  stack: DeployedStack,
  administrator: Administrator,
  access: ProcessAccess,
  workFolder: string,
): Promise<ContainerDescription> {
  const [id, definition] = resourceOfType(app, 'AWS::ECS::TaskDefinition');
  const answer = await administrator.json(
    'ecs',
    'AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition',
    { taskDefinition: stack.ids[id] },
  );
  const { containerDefinitions } = answer.taskDefinition as {
    containerDefinitions: readonly { readonly environment: readonly Variable[] }[];
  };
  const variables = containerDefinitions[0]?.environment ?? [];
  const [container] = definition.ContainerDefinitions as { Image: unknown }[];
  return {
    command: await imageCommand(app, container?.Image),
    logFile: join(workFolder, 'gpu-worker.log'),
    environment: {
      ...Object.fromEntries(variables.map(({ name, value }) => [name, value])),
      ...processVariables(workFolder, 'gpu-worker'),
      ...accessVariables(access, roleIn(definition.TaskRoleArn)),
    },
  };
}

interface JobContainer {
  readonly Image: unknown;
  readonly JobRoleArn: unknown;
  readonly Environment: readonly { readonly Name: string }[];
}

/** The container of a job definition, which the emulator lacks: its variables were resolved as outputs of the stack. */
export async function jobContainer(
  app: SynthesizedApp,
  stack: DeployedStack,
  definitionArn: string,
  access: ProcessAccess,
  workFolder: string,
): Promise<ContainerDescription> {
  const id = /job-definition\/([A-Za-z0-9]+):/.exec(definitionArn)?.[1] ?? '';
  const container = app.template.Resources[id]?.Properties?.ContainerProperties as JobContainer | undefined;
  if (container === undefined)
    throw new DeploymentError(`A job of definition ${definitionArn} was submitted: the template has none.`);
  const variables = container.Environment.map(
    ({ Name }) => [Name, stack.outputs[jobVariableOutput(id, Name)] ?? ''] as const,
  );
  return {
    command: await imageCommand(app, container.Image),
    logFile: join(workFolder, `${id}.log`),
    environment: {
      ...Object.fromEntries(variables),
      ...processVariables(workFolder, id),
      ...accessVariables(access, roleIn(container.JobRoleArn)),
    },
  };
}

function resourceOfType(app: SynthesizedApp, type: string): readonly [string, Record<string, unknown>] {
  const found = Object.entries(app.template.Resources).filter(([, { Type }]) => Type === type);
  const [[id, resource] = []] = found;
  if (id === undefined || found.length > 1)
    throw new DeploymentError(`Expected one ${type} in the template but found ${found.length}.`);
  return [id, resource?.Properties ?? {}];
}
