import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../project-root.ts';
import { resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const run = promisify(execFile);
const { template } = synthesize({ trainingNodes: '2', trainingImage: 'training:1' });

/** The containers of every job definition, those of several nodes as well. */
const containers = resourcesOf(template, 'AWS::Batch::JobDefinition').flatMap(({ id, properties }) => {
  const nodes = properties.NodeProperties as { NodeRangeProperties: { Container: object }[] } | undefined;
  const found = nodes?.NodeRangeProperties.map(({ Container }) => Container) ?? [
    properties.ContainerProperties,
  ];
  return found.map((container) => ({
    id,
    on: String((properties.PlatformCapabilities as string[] | undefined)?.[0] ?? 'EC2'),
    container: container as Record<string, unknown>,
  }));
});

/** The script among the parts of an instance's user data. */
function userDataOf(properties: Record<string, unknown>): string {
  const text = partsOf(properties);
  return JSON.parse(`"${/"((?:[^"\\]|\\.)*iptables(?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? ''}"`);
}

function partsOf(properties: Record<string, unknown>): string {
  const { UserData } = properties.LaunchTemplateData as { UserData?: unknown };
  return JSON.stringify(UserData ?? '');
}

/** Launch templates of Batch's compute environments. */
const launches = resourcesOf(template, 'AWS::Batch::ComputeEnvironment').flatMap(({ properties }) => {
  const { LaunchTemplate } = properties.ComputeResources as {
    LaunchTemplate?: { LaunchTemplateId: { Ref: string } };
  };
  const id = LaunchTemplate?.LaunchTemplateId.Ref;
  return resourcesOf(template, 'AWS::EC2::LaunchTemplate').filter((launch) => launch.id === id);
});

describe('containers of AWS Batch', () => {
  it('are users whom their instance keeps from its metadata: never root, and of no privilege', () => {
    expect(containers.map(({ id }) => id.replace(/Definition.*/, '')).toSorted()).toEqual([
      'JobsRescore',
      'JobsScreen',
      'Training',
    ]);
    for (const { id, on, container } of containers) {
      expect([id, container.Privileged ?? false]).toEqual([id, false]);
      // Fargate has no instance, and so no role of one.
      if (on !== 'FARGATE') expect([id, container.User]).toEqual([id, '10001:10001']);
    }
  });

  it('run on instances that guard it, by tokens of one hop and by user', () => {
    // Jobs on Spot and on demand, and the training.
    expect(launches).toHaveLength(3);
    for (const { id, properties } of launches) {
      expect(properties.LaunchTemplateData, id).toMatchObject({
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      });
      expect(properties.LaunchTemplateData, id).not.toHaveProperty('MetadataOptions.HttpProtocolIpv6');
      expect(partsOf(properties), id).toContain('text/cloud-boothook');
      expect(userDataOf(properties), id).toContain('-m owner ! --uid-owner 0 -j REJECT');
    }
  });

  it.each(['gpu-worker', 'rescore-worker', 'training'])(
    'of %s are made for that user, and no program gives another',
    async (folder) => {
      const dockerfile = await readFile(join(PROJECT_ROOT, folder, 'Dockerfile'), 'utf8');
      expect(dockerfile).toContain('useradd --uid 10001 --gid retclip');
      expect(dockerfile).toContain('-perm /6000 -exec chmod a-s');
      expect(
        dockerfile
          .trimEnd()
          .split('\n')
          .filter((line) => line.startsWith('USER')),
      ).toEqual(['USER retclip']);
    },
  );
});

describe('what an instance runs at its start', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boothook-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A program by that name which keeps its rules in a file. */
  async function program(name: string, script: string): Promise<void> {
    await writeFile(join(folder, name), `#!/bin/bash\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }

  async function start(): Promise<void> {
    const script = userDataOf(launches[0]?.properties ?? {});
    expect(script).toContain('iptables');
    await writeFile(join(folder, 'boothook'), script.replaceAll('/etc/ecs', join(folder, 'ecs')));
    await run('bash', [join(folder, 'boothook')], { env: { PATH: `${folder}:${process.env.PATH}` } });
  }

  it('refuses metadata to every user but root, once, however often it starts', async () => {
    const rules = join(folder, 'rules');
    await writeFile(rules, '');
    await program(
      'iptables',
      `if [ "$1" = -C ]; then grep -qxF -- "\${*:2}" ${rules}; else echo "\${*:2}" >> ${rules}; fi`,
    );
    await start();
    await start();
    expect(await readFile(rules, 'utf8')).toBe(
      'OUTPUT -d 169.254.169.254/32 -m owner ! --uid-owner 0 -j REJECT\n',
    );
    expect(await readFile(join(folder, 'ecs', 'ecs.config'), 'utf8')).toBe('ECS_AWSVPC_BLOCK_IMDS=true\n');
  });

  it('ends the instance where that cannot be done', async () => {
    await program('iptables', 'exit 2');
    await program('shutdown', `echo "$@" > ${join(folder, 'ended')}`);
    await start();
    expect(await readFile(join(folder, 'ended'), 'utf8')).toBe('-h now\n');
  });
});
