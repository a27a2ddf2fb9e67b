import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { serveVectors, type VectorServer } from '../../emulators/vector-service.ts';
import { BatchJobs } from '../containers/batch-jobs.ts';
import { jobContainer, workerContainer } from '../containers/deployed-containers.ts';
import { WorkerService } from '../containers/worker-service.ts';
import { Administrator } from '../emulator/administrator.ts';
import { type Ministack, startMinistack } from '../emulator/ministack.ts';
import { DeploymentError } from '../errors.ts';
import { deployedFunctions, type ProcessAccess } from '../functions/deployed-functions.ts';
import type { DeployedFunction } from '../functions/execution-environment.ts';
import { FunctionHost } from '../functions/function-host.ts';
import { type PermissionProxy, startPermissionProxy } from '../permissions/permission-proxy.ts';
import type { Principal } from '../permissions/request-decision.ts';
import type { StackPermissions } from '../permissions/template/stack-permissions.ts';
import { type SynthesizedApp, synthesizeApp } from '../stack/app-template.ts';
import { type DeployedStack, deployStack } from '../stack/deploy-stack.ts';
import { type EmulatedTemplate, emulatedTemplate } from '../stack/emulated-template.ts';
import { type Door, openFrontDoor, openServiceDoor } from './doors.ts';
import { principalsOf, readPermissions } from './principals.ts';
import { assumeRole, type RoleCredentials } from './role-credentials.ts';

/** An AWS account on this machine with the app deployed in it, whose roles may do what the app says and no more. */
export interface EmulatedAccount {
  readonly app: SynthesizedApp;
  readonly emulated: EmulatedTemplate;
  readonly stack: DeployedStack;
  readonly administrator: Administrator;
  readonly emulator: Ministack;
  readonly functions: FunctionHost;
  readonly batch: BatchJobs;
  readonly vectors: VectorServer;
  readonly permissions: PermissionProxy;
  readonly principals: ReadonlyMap<string, Principal>;
  /** Where everybody calls AWS. */
  readonly endpoint: string;
  readonly workFolder: string;
  startWorkers(): Promise<WorkerService>;
  close(): Promise<void>;
}

/** Closes what was opened, the latest first. */
class Opened {
  readonly #closing: (() => Promise<void>)[] = [];

  add<Part extends { close(): Promise<void> }>(part: Part): Part {
    this.#closing.push(() => part.close());
    return part;
  }

  async close(): Promise<void> {
    for (const close of this.#closing.toReversed()) await close();
  }
}

export interface AccountOptions {
  /** Where logs, models and the cloud assembly go. */
  readonly workFolder: string;
  /** What lies around a function on AWS, by its folder's name. */
  readonly around?: (service: string) => Partial<DeployedFunction>;
}

/**
 * Starts the emulator, deploys the synthesised app, and puts its roles' permissions in front.
 *
 * @throws EmulatorError, DeploymentError
 */
export async function openAccount({ workFolder, around }: AccountOptions): Promise<EmulatedAccount> {
  const opened = new Opened();
  try {
    return await openParts(opened, workFolder, around ?? (() => ({})));
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** A session of each role of the stack. */
async function sessions(administrator: Administrator, { roles }: StackPermissions) {
  const credentials = new Map<string, RoleCredentials>();
  for (const [id, { name }] of roles) credentials.set(id, await assumeRole(administrator, name));
  return credentials;
}

async function openParts(
  opened: Opened,
  workFolder: string,
  around: (service: string) => Partial<DeployedFunction>,
): Promise<EmulatedAccount> {
  await mkdir(workFolder, { recursive: true });
  const targets = { permissions: '', emulator: '' };
  const front: Door = opened.add(await openFrontDoor(targets));
  const functions = opened.add(await FunctionHost.start());
  const [emulator, app] = await Promise.all([
    startMinistack({ publicPort: front.port }).then((started) => {
      opened.add({ close: () => started.stop() });
      return started;
    }),
    synthesizeApp(join(workFolder, 'cdk.out')),
  ]);
  targets.emulator = emulator.endpoint;
  const emulated = emulatedTemplate(app.template, (id) => functions.url(id));
  const stack = await deployStack(emulator, app, emulated.template);
  const administrator = new Administrator(emulator.endpoint);
  const read = readPermissions(app, stack);
  const credentials = await sessions(administrator, read);
  const access: ProcessAccess = {
    endpoint: front.endpoint,
    credentialsOf: (role) => {
      const found = credentials.get(role);
      if (found === undefined) throw new DeploymentError(`The stack has no role ${role}.`);
      return found;
    },
  };
  const vectors = opened.add(await serveVectors(stack.outputs.VectorBucket ?? ''));
  const batch = opened.add(
    await BatchJobs.open({
      administrator,
      resultsQueue: stack.outputs.ResultsQueue ?? '',
      containerOf: (definition) => jobContainer(app, stack, definition, access, workFolder),
    }),
  );
  const services = opened.add(
    await openServiceDoor(emulator.endpoint, { s3vectors: vectors.endpoint, batch: batch.endpoint }),
  );
  const principals = principalsOf(read, stack, credentials);
  const permissions = opened.add(
    await startPermissionProxy({ ...read, upstream: services.endpoint, principals }),
  );
  targets.permissions = permissions.endpoint;
  for (const described of await deployedFunctions(app, stack, administrator, access, workFolder)) {
    const more = around(described.environment.POWERTOOLS_SERVICE_NAME ?? '');
    const environment = { ...described.environment, ...more.environment };
    functions.add({ ...described, ...more, environment });
  }
  functions.open();
  return {
    ...{ app, emulated, stack, administrator, emulator, functions, batch, vectors, permissions, principals },
    endpoint: front.endpoint,
    workFolder,
    async startWorkers() {
      const container = await workerContainer(app, stack, administrator, access, workFolder);
      const service = WorkerService.start(container);
      opened.add({ close: () => service.stop('SIGKILL') });
      return service;
    },
    close: () => opened.close(),
  };
}
