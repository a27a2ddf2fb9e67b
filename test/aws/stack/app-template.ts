import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { DeploymentError } from '../errors.ts';

const run = promisify(execFile);

/** A resource as CloudFormation reads it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
}

/** A CloudFormation template, as far as it is looked into. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters: Readonly<Record<string, { readonly Type: string; readonly Default?: string }>>;
}

/** The app as it would be deployed. */
export interface SynthesizedApp {
  readonly template: Template;
  /** Where the assets lie: `asset.<hash>` for each bundle. */
  readonly folder: string;
}

/** With all that a deployment can have. */
const SETTINGS = { trainingNodes: 2 };

/**
 * Synthesises the app by its own program, bundles and all.
 *
 * @param folder where the cloud assembly goes
 * @throws DeploymentError with what the app said
 */
export async function synthesizeApp(folder: string): Promise<SynthesizedApp> {
  const { context } = JSON.parse(await readFile(join(PROJECT_ROOT, 'cdk.json'), 'utf8'));
  try {
    await run(process.execPath, ['bin/screening.ts'], {
      cwd: PROJECT_ROOT,
      env: {
        ...process.env,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...SETTINGS }),
      },
    });
  } catch (error) {
    throw new DeploymentError(`The app could not be synthesised: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const text = await readFile(join(folder, 'RetclipScreening.template.json'), 'utf8');
  return { template: JSON.parse(text), folder };
}
