import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../lib/project-root.ts';

const run = promisify(execFile);

interface SynthesizedFunction {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The bundle that would be uploaded. */
  readonly file: string;
}

interface TemplateFunction {
  readonly Type: string;
  readonly Properties: {
    /** Named after the hash of the asset. */
    readonly Code: { readonly S3Key?: string };
    readonly Environment?: { readonly Variables: Record<string, unknown> };
  };
}

const home = mkdtempSync(join(tmpdir(), 'retclip-synth-'));
const output = join(home, 'cdk.out');
const functions: SynthesizedFunction[] = [];

/** The app as the CDK command line runs it, in an environment without credentials, region or Docker. */
async function synthesize(): Promise<void> {
  const { context } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'cdk.json'), 'utf8')) as {
    context: object;
  };
  await run(process.execPath, ['bin/screening.ts'], {
    cwd: PROJECT_ROOT,
    env: {
      HOME: home,
      // npx and node, nothing else of the system.
      PATH: [join(PROJECT_ROOT, 'node_modules/.bin'), dirname(process.execPath), '/bin'].join(':'),
      CDK_DOCKER: join(home, 'no-docker-here'),
      CDK_OUTDIR: output,
      // With all that a deployment can have.
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, trainingNodes: 2 }),
      npm_config_offline: 'true',
    },
  });
}

function readFunctions(): void {
  const file = join(output, 'RetclipScreening.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly Resources: Record<string, TemplateFunction>;
  };
  for (const { Type, Properties } of Object.values(Resources)) {
    // A function in an image is no bundle.
    if (Type !== 'AWS::Lambda::Function' || Properties.Code.S3Key === undefined) continue;
    const variables = Object.entries(Properties.Environment?.Variables ?? {});
    // What is known at deployment only gets a value of the same kind.
    const environment = Object.fromEntries(
      variables.map(([name, value]) => [
        name,
        typeof value === 'string' ? value : `https://example.org/${name}`,
      ]),
    );
    functions.push({
      folder: String(environment.POWERTOOLS_SERVICE_NAME),
      environment,
      file: join(output, `asset.${Properties.Code.S3Key.replace('.zip', '')}`, 'index.mjs'),
    });
  }
}

function functionOf(folder: string): SynthesizedFunction {
  const found = functions.find((candidate) => candidate.folder === folder);
  if (found === undefined) throw new Error(`Expected a function ${folder} but there is none`);
  return found;
}

beforeAll(async () => {
  await synthesize();
  readFunctions();
}, 900_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

const FOLDERS = [
  'aggregate',
  'api',
  'finish-job',
  'index-exam',
  'intake',
  'plan-job',
  'reconcile',
  'token-scopes',
  'webhooks',
] as const;

describe('the app', () => {
  it('is synthesised without account, network and Docker', () => {
    expect(functions.map(({ folder }) => folder).sort()).toEqual([...FOLDERS]);
  });

  it.each([
    [
      'gpu-worker/Dockerfile',
      ['package-lock.json', 'gpu-worker/main.ts'],
      /^functions|^decoding|^judging|^lib|^local/,
    ],
    [
      'rescore-worker/Dockerfile',
      ['package-lock.json', 'rescore-worker/main.ts'],
      /^functions|^lib|^local|^model/,
    ],
    [
      'functions/prepare/Dockerfile',
      ['package-lock.json', 'functions/prepare/entry.mjs', 'decoding/process/decoding-child.ts'],
      /^gpu-worker|^local|^lib|^bundles/,
    ],
    [
      'functions/screen/Dockerfile',
      ['package-lock.json', 'functions/screen/entry.mjs', 'screening/inference/thread-main.ts'],
      /^gpu-worker|^decoding|^judging|^local|^lib|^bundles/,
    ],
    [
      'functions/search/Dockerfile',
      ['package-lock.json', 'functions/search/entry.mjs'],
      /^local|^lib|^bundles/,
    ],
    [
      'training/Dockerfile',
      ['training/cloud/worker.py', 'training/cloud/requirements.txt', 'training/configurations/default.json'],
      /^(?!training|\.dockerignore)|test_|__pycache__/,
    ],
  ])(
    'hands the image of %s over as sources, without tests and installed packages',
    (dockerFile, needed, foreign) => {
      const assets = JSON.parse(readFileSync(join(output, 'RetclipScreening.assets.json'), 'utf8')) as {
        readonly dockerImages: Record<string, { source: { directory: string; dockerFile: string } }>;
      };
      const images = Object.values(assets.dockerImages).map(({ source }) => source);
      expect(images).toHaveLength(6);
      const image = images.find((source) => source.dockerFile === dockerFile);
      const files = readdirSync(join(output, String(image?.directory)), {
        recursive: true,
        encoding: 'utf8',
      });
      expect(files).toEqual(expect.arrayContaining(needed));
      expect(files.filter((name) => /\.test\.ts$|node_modules/.test(name) || foreign.test(name))).toEqual([]);
    },
  );
});

describe.each(FOLDERS)('the bundle of %s', (folder) => {
  it('carries neither the model runtime nor the image decoder', () => {
    const text = readFileSync(functionOf(folder).file, 'utf8');
    expect(text.length).toBeGreaterThan(100);
    expect(text).not.toMatch(/onnxruntime|libvips|@img\/sharp|require\(["']sharp["']\)|from ?["']sharp["']/);
  });

  it('needs nothing besides Node', () => {
    const text = readFileSync(functionOf(folder).file, 'utf8');
    const imported = [...text.matchAll(/(?:^|[;}\n])import(?:[^;'"()]*from)? ?["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    expect(imported.length + Number(folder === 'token-scopes')).toBeGreaterThan(0);
    expect(imported.filter((name) => !isBuiltin(String(name)))).toEqual([]);
  });

  it('starts in the environment that the stack gives it', async () => {
    const { file, environment } = functionOf(folder);
    const script = `const { handler } = await import(${JSON.stringify(file)}); console.log(typeof handler);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      env: { ...environment, AWS_REGION: 'eu-central-1' },
    });
    expect(stdout.trim()).toBe('function');
  });
});
