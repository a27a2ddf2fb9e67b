import { describe, expect, it } from 'vitest';
import { REDRIVEN_QUEUES } from '../../core/messages/queues.ts';
import { resourcesOf } from '../testing/resources.ts';
import { synthesize } from '../testing/synthesize.ts';

const LANES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'both lanes': {},
  'GPU workers alone': { screeningLane: 'gpu' },
  'the live lane, with GPU workers for jobs': { screeningLane: 'live' },
  'the live lane and no GPU': { gpuService: 'off' },
};

function deployed(settings: Readonly<Record<string, string>>) {
  const { template } = synthesize({ ...settings });
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(({ id }) =>
    id.startsWith('Observability'),
  );
  const functions = resourcesOf(template, 'AWS::Lambda::Function').flatMap(({ properties }) => {
    const { Variables } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    const name = Variables?.POWERTOOLS_SERVICE_NAME;
    return typeof name === 'string' ? [name] : [];
  });
  return {
    alarms,
    functions,
    hasService: resourcesOf(template, 'AWS::ECS::Service').length > 0,
    hasJobs: resourcesOf(template, 'AWS::Batch::JobQueue').length > 0,
  };
}

describe.each(Object.entries(LANES))('in a stack of %s', (_, settings) => {
  const { alarms, functions, hasService, hasJobs } = deployed(settings);
  const texts = alarms.map(({ properties }) => String(properties.AlarmDescription));

  it('every alarm has a text of its own or of its kind', () => {
    expect(alarms.length).toBeGreaterThan(40);
    for (const text of texts) expect(text.length).toBeGreaterThan(20);
  });

  it('no alarm points to what is not deployed', () => {
    for (const text of texts) {
      if (!hasService) expect(text).not.toMatch(/\bECS\b|\bSpot\b|GPU worker/);
      if (!hasJobs) expect(text).not.toMatch(/\bBatch\b|\bjob\b/);
      for (const [, name] of text.matchAll(/\bfunction ([a-z]+(?:-[a-z]+)*)\b/g))
        expect(functions, text).toContain(name);
      for (const [, name] of text.matchAll(/retclip redrive ([a-z-]+)/g))
        expect(REDRIVEN_QUEUES).toContain(name);
    }
  });

  it('no alarm watches figures of workers that there are none of', () => {
    const ofWorkers = alarms.filter(({ properties }) => JSON.stringify(properties).includes('gpu-worker'));
    expect(ofWorkers.length > 0).toBe(hasService || hasJobs);
  });

  it('who finds exams waiting is sent to what screens them', () => {
    const down =
      texts[alarms.findIndex(({ properties }) => properties.AlarmName === 'Screening-WorkerDown-Critical')];
    expect(down).toMatch(hasService ? /the ECS service/ : /the function screen/);
  });
});
