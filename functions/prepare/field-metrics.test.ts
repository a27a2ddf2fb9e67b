import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cameraMaker } from './camera-maker.ts';
import { fieldCountersOf, fieldMetrics } from './field-metrics.ts';

afterEach(() => vi.restoreAllMocks());

/** What CloudWatch would read of the log: each metric with its dimensions, once for each set. */
function written(count: (fields: ReturnType<typeof fieldMetrics>) => void): string[] {
  const lines: string[] = [];
  // Powertools writes past the global console, which a test would silence.
  const output = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  count(fieldMetrics(new Metrics({ namespace: 'RetclipScreening', serviceName: 'prepare' })));
  output.mockRestore();
  return lines.flatMap((line) => {
    const entry = JSON.parse(line);
    const [{ Metrics: metrics, Dimensions: sets }] = entry._aws.CloudWatchMetrics;
    return sets.flatMap((names: readonly string[]) =>
      metrics.map(({ Name }: { Name: string }) =>
        [Name, entry[Name], ...names.map((name) => `${name}=${entry[name]}`)].join(' '),
      ),
    );
  });
}

describe('the field of a photograph', () => {
  it.each([
    [null, 'disc', ['FieldUnnamed', 'FieldUnnamedDisc', 'FieldSeenDisc']],
    [null, 'macula', ['FieldUnnamed', 'FieldSeenMacula']],
    [null, null, ['FieldUnnamed', 'FieldUndecided']],
    ['macula', 'disc', ['FieldSeenDisc', 'FieldDoubtful']],
    ['disc', 'disc', ['FieldSeenDisc']],
    ['other', 'disc', ['FieldSeenDisc']],
  ] as const)('named as %s and seen as %s is counted as %j', (named, seen, counters) => {
    expect(fieldCountersOf({ named, seen })).toEqual(counters);
  });

  it('is written of all, by program and by camera, never by both', () => {
    const photograph = { program: 'north', device: 'Canon CR-2', named: null, seen: null } as const;
    expect(written((fields) => fields.add(photograph))).toEqual([
      'FieldUnnamed 1 service=prepare',
      'FieldUndecided 1 service=prepare',
      'FieldUnnamed 1 service=prepare program=north',
      'FieldUndecided 1 service=prepare program=north',
      'FieldUnnamed 1 service=prepare camera=canon',
      'FieldUndecided 1 service=prepare camera=canon',
    ]);
  });

  it('has a bounded number of programs, and of cameras whatever a header says', () => {
    const lines = written((fields) => {
      for (let index = 0; index < 80; index += 1) {
        const device = `made up ${index}`;
        fields.add({ program: `p${index}`, device, named: 'macula', seen: 'macula' });
      }
    });
    const values = (name: string) =>
      new Set(lines.flatMap((line) => line.match(new RegExp(` ${name}=(\\S+)`))?.[1] ?? []));
    expect(values('program').size).toBe(51);
    expect(values('program')).toContain('other');
    expect([...values('camera')]).toEqual(['other']);
  });

  it.each([
    ['TOPCON TRC-NW400', 'topcon'],
    ['Carl Zeiss Meditec VISUCAM 500', 'zeiss'],
    ['NIDEK AFC-330', 'nidek'],
    ['', 'unknown'],
    [undefined, 'unknown'],
    ['iPhone 15', 'other'],
  ])('of the camera %j is counted under %s', (device, maker) => {
    expect(cameraMaker(device)).toBe(maker);
  });
});
