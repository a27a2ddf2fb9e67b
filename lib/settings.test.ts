import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from './project-root.ts';
import { readSettings, SETTING_NAMES, SettingsError } from './settings.ts';

function nodeWith(context: Readonly<Record<string, unknown>>) {
  return { tryGetContext: (name: string) => context[name] };
}

describe("a deployment's settings", () => {
  it('all have defaults', () => {
    expect(readSettings(nodeWith({}))).toEqual({
      gpuInstanceTypes: ['g6.xlarge', 'g5.xlarge', 'g4dn.xlarge'],
      maxPreparations: 20,
      maxBulkPreparations: 50,
      screeningLane: 'auto',
      maxLiveScreenings: 10,
      onDemandPercentage: 0,
      maxWorkers: 4,
      onDemandJobWorkers: 1,
      maxRescoreWorkers: 8,
      backlogPerWorker: 2_000,
      trainingNodes: 0,
      trainingInstanceType: 'g6.12xlarge',
      trainingZone: 1,
      backupLock: 'governance',
      replacedVersionDays: 3_650,
      profile: 'standard',
      zones: 2,
      gpuService: 'on',
    });
  });

  it('follow the profile where they are not given', () => {
    expect(readSettings(nodeWith({ profile: 'cheap' }))).toMatchObject({
      ...{ zones: 1, gpuService: 'off', screeningLane: 'live' },
    });
    const asked = readSettings(nodeWith({ profile: 'cheap', zones: '2', gpuService: 'on' }));
    expect(asked).toMatchObject({ zones: 2, gpuService: 'on', screeningLane: 'auto' });
  });

  it.each([
    [{ profile: 'cheap', trainingNodes: '2' }, /gpuService/],
    [{ profile: 'cheap', trainingZone: '2' }, /zones/],
    [{ profile: 'cheap', screeningLane: 'gpu' }, /gpuService/],
  ])('do not take together what the network cannot give: %o', (given, named) => {
    expect(() => readSettings(nodeWith(given))).toThrow(named);
  });

  it('are read from the words of a command line', () => {
    const settings = readSettings(nodeWith({ maxWorkers: '2', gpuInstanceTypes: 'g5.xlarge, g4dn.xlarge' }));
    expect(settings.maxWorkers).toBe(2);
    expect(settings.gpuInstanceTypes).toEqual(['g5.xlarge', 'g4dn.xlarge']);
  });

  it.each([
    ['maxWorkers', '0'],
    ['maxWorkers', 'many'],
    ['maxPreparations', '1'],
    ['maxBulkPreparations', '1001'],
    ['prepareImage', 'no-tag'],
    ['screenImage', 'no-tag'],
    ['screeningLane', 'cpu'],
    ['maxLiveScreenings', '1'],
    ['onDemandPercentage', '101'],
    ['jwtIssuer', 'http://login.example.org'],
    ['alarmEmail', 'nobody'],
    ['workerImage', 'no-tag'],
    ['replacedVersionDays', '1'],
    ['gpuInstanceTypes', ''],
    ['gpuInstanceTypes', 'g6.12xlarge'],
    ['gpuInstanceTypes', 't3.micro'],
    ['gpuPricePerHour', '0'],
    ['trainingNodes', '-1'],
    ['trainingInstanceType', 'c7i.large'],
    ['trainingZone', '3'],
    ['profile', 'free'],
    ['zones', '3'],
    ['gpuService', 'perhaps'],
  ])('are refused by name: %s=%s', (name, value) => {
    expect(() => readSettings(nodeWith({ [name]: value }))).toThrow(SettingsError);
    expect(() => readSettings(nodeWith({ [name]: value }))).toThrow(name);
  });

  it('name an issuer and its audience together', () => {
    expect(() => readSettings(nodeWith({ jwtIssuer: 'https://login.example.org' }))).toThrow(/jwtAudience/);
    expect(() => readSettings(nodeWith({ jwtAudience: 'retclip' }))).toThrow(/jwtIssuer/);
  });

  it.each(SETTING_NAMES)('are explained where deployment is: %s', (name) => {
    const page = readFileSync(join(PROJECT_ROOT, 'docs/deploy.md'), 'utf8');
    expect(page).toContain(`\`${name}\``);
  });
});
