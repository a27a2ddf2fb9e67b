import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { S3ObjectStore } from '../../aws/objects/s3-object-store.ts';
import { buildUntrainedBundle } from '../../bundles/untrained-bundle.ts';
import { run } from '../../cli/retclip.ts';
import { readActiveModel } from '../../core/heads/promotion.ts';
import { bundleFileKey } from '../../core/keys/bundle-file-key.ts';
import { DEFAULT_BUNDLE } from '../../gpu-worker/testing/worker-run.ts';
import { lockDataFolder } from '../../local/data-folder-lock.ts';
import { openLocalHome } from '../../local/home.ts';
import { activatedBundle } from '../../local/host/activated-bundle.ts';
import { openBundle } from '../../model/bundle/index.ts';
import { hasMinistack } from '../aws/emulator/has-ministack.ts';
import { type Ministack, REGION, startMinistack } from '../aws/emulator/ministack.ts';

let folder: string;
let other: string;
let shipped: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-activate-'));
  shipped = (await openBundle(DEFAULT_BUNDLE)).manifest.id;
  other = (await buildUntrainedBundle(at('other'))).manifest.id;
  await buildUntrainedBundle(at('without-heads'), undefined, () => []);
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command in this process. */
async function retclip(...words: string[]) {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    }),
  );
  try {
    const code = (await run(words)) ?? 0;
    return { code, ...printed };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('on one machine', () => {
  const data = () => ['--data', at('data')];
  const active = async () => {
    const home = await openLocalHome(at('data'));
    const model = await readActiveModel(home.objects);
    await home.close();
    return model.model;
  };

  it('a bundle is stored, screens from the next start on, and gives way again', async () => {
    await (await openLocalHome(at('data'))).close();
    expect((await retclip('model', 'activate', DEFAULT_BUNDLE, ...data())).code).toBe(0);
    const second = await retclip('model', 'activate', at('other'), ...data());
    expect(second.code).toBe(0);
    expect(second.stdout).toContain(
      `Model ${other.slice(0, 12)} is active, in place of ${shipped.slice(0, 12)}.`,
    );
    expect(second.stdout).toMatch(/UNTRAINED[\s\S]*retclip local --data/);
    expect(await active()).toBe(other);
    const started = await activatedBundle(at('data'));
    expect((await openBundle(started ?? '')).manifest.id).toBe(other);

    const back = await retclip('model', 'rollback', ...data(), '--json');
    expect(JSON.parse(back.stdout)).toMatchObject({ model: shipped, before: other });
    expect(await active()).toBe(shipped);
    expect(await retclip('model', 'rollback', ...data())).toMatchObject({ code: 2 });
  }, 60_000);

  it('a bundle that cannot decide is refused unless that is asked for', async () => {
    const refused = await retclip('model', 'activate', at('without-heads'), ...data());
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/looks for no disease[\s\S]*--features-only/);
    expect(await active()).toBe(shipped);
    const asked = await retclip('model', 'activate', at('without-heads'), '--features-only', ...data());
    expect(asked.stdout).toContain('Nothing is assessed');
    await retclip('model', 'rollback', ...data());
  });

  it('a bundle with a changed file is refused, and nothing of it is stored', async () => {
    await cp(at('other'), at('changed'), { recursive: true });
    const graph = at('changed/fusion.onnx');
    const content = await readFile(graph);
    await writeFile(graph, content.fill(7, 100, 108));
    const refused = await retclip('model', 'activate', at('changed'), '--data', at('data'));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('fusion.onnx');
    expect(await active()).toBe(shipped);
  });

  it('a running system is not changed under its feet', async () => {
    const lock = await lockDataFolder(at('data'));
    const refused = await retclip('model', 'activate', at('other'), ...data());
    await lock.release();
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('Stop it (Ctrl-C)') });
  });

  it('asks which system is meant', async () => {
    expect(await retclip('model', 'activate', at('other'))).toMatchObject({ code: 2 });
  });
});

describe.runIf(await hasMinistack('model activate on AWS'))('on AWS', () => {
  let emulator: Ministack;
  let objects: S3ObjectStore;

  beforeAll(async () => {
    emulator = await startMinistack();
    vi.stubEnv('AWS_ENDPOINT_URL', emulator.endpoint);
    vi.stubEnv('AWS_REGION', REGION);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    const TemplateBody = JSON.stringify({
      Resources: {
        Data: {
          Type: 'AWS::S3::Bucket',
          Properties: { BucketName: 'data-1', VersioningConfiguration: { Status: 'Enabled' } },
        },
      },
      Outputs: { DataBucket: { Value: { Ref: 'Data' } } },
    });
    await new CloudFormationClient({}).send(new CreateStackCommand({ StackName: 'Screening', TemplateBody }));
    objects = new S3ObjectStore(new S3Client({}), 'data-1');
  }, 120_000);
  afterAll(async () => {
    await emulator?.stop();
    vi.unstubAllEnvs();
  });

  it('finds the bucket by the stack, sends each file once, and goes back by one verb', async () => {
    const stack = ['--stack', 'Screening', '--json'];
    const files = ['model.json', ...Object.keys((await openBundle(DEFAULT_BUNDLE)).manifest.files)];
    const first = await retclip('model', 'activate', DEFAULT_BUNDLE, ...stack);
    expect(JSON.parse(first.stdout)).toMatchObject({ model: shipped, before: null, sent: files.length });
    for (const file of files) {
      const { content } = await objects.get(bundleFileKey(shipped, file));
      expect(content.length, file).toBe((await readFile(join(DEFAULT_BUNDLE, file))).length);
    }
    await retclip('model', 'activate', at('other'), ...stack);
    const again = await retclip('model', 'activate', at('other'), ...stack);
    // Its manifest alone, which comes last.
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: false, sent: 1 });
    expect((await readActiveModel(objects)).model).toBe(other);
    expect(JSON.parse((await retclip('model', 'rollback', ...stack)).stdout).model).toBe(shipped);
    expect((await readActiveModel(objects)).model).toBe(shipped);
  }, 60_000);

  it('says of a stack that is not there how to look for it', async () => {
    const refused = await retclip('model', 'activate', at('other'), '--stack', 'Nowhere');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/Stack "Nowhere" could not be read[\s\S]*AWS_REGION/);
  });
});
