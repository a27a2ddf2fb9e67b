import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_ROOT } from '../project-root.ts';
import { billOf } from './bill/bill.ts';
import { UnknownRegionError } from './errors.ts';
import { costPage } from './page/cost-page.ts';
import { computePerPatient, estimate, idleOf } from './page/estimate.ts';
import { PRICED_REGIONS, readPrices } from './prices/price-list.ts';
import { factsOf } from './stack/stack-facts.ts';
import { synthesizedFacts } from './synthesized-facts.ts';
import { readCounted } from './work/read-counted.ts';
import { workloadOf } from './work/workload.ts';

const facts = synthesizedFacts();

function usdOf(lines: readonly { what: string; usd: number }[], what: RegExp): number {
  return lines.filter((line) => what.test(line.what)).reduce((sum, { usd }) => sum + usd, 0);
}

describe('prices', () => {
  it.each(PRICED_REGIONS)('of %s have a source, a date and a word on how they are known', (region) => {
    const { prices } = readPrices(region);
    expect(Object.keys(prices).length).toBeGreaterThan(25);
    for (const { source, usd } of Object.values(prices)) {
      expect(source).toMatch(/^https:\/\//);
      expect(usd).toBeGreaterThan(0);
    }
  });

  it('of other regions are asked for by name', () => {
    expect(() => readPrices('eu-north-1')).toThrow(UnknownRegionError);
    expect(() => readPrices('eu-north-1')).toThrow(/eu-north-1.*us-east-1 and eu-central-1/);
  });
});

describe('what a template says', () => {
  it('is counted: endpoints in their zones, alarms by their metrics, batches of queues', () => {
    const template = {
      Resources: {
        Left: { Type: 'AWS::EC2::Subnet' },
        Right: { Type: 'AWS::EC2::Subnet' },
        Sqs: {
          Type: 'AWS::EC2::VPCEndpoint',
          Properties: { VpcEndpointType: 'Interface', SubnetIds: ['a', 'b'] },
        },
        Objects: { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway' } },
        Simple: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
        Math: {
          Type: 'AWS::CloudWatch::Alarm',
          Properties: { Metrics: [{ Expression: 'a + b' }, { MetricStat: {} }, { MetricStat: {} }] },
        },
        Intake: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            MemorySize: 512,
            Timeout: 10,
            Environment: { Variables: { POWERTOOLS_SERVICE_NAME: 'intake' } },
          },
        },
        Source: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: {
            FunctionName: { Ref: 'Intake' },
            BatchSize: 7,
            ScalingConfig: { MaximumConcurrency: 9 },
          },
        },
      },
    };
    expect(factsOf(template)).toMatchObject({
      endpointsInZones: 2,
      zones: 2,
      alarms: 2,
      alarmMetrics: 3,
      gpuWorkers: 0,
      functions: {
        intake: { memory: 0.5, timeoutSeconds: 10, sources: [{ batchSize: 7, maxConcurrency: 9 }] },
      },
    });
  });
});

describe('an idle deployment', () => {
  it('pays most of all for endpoints: seven services in two zones, by the hour', () => {
    const { idle } = estimate(facts, 'standard', 'us-east-1', 0).bill;
    // 7 services × 2 zones × 730 hours × 0.01 USD.
    expect(usdOf(idle, /endpoints/)).toBeCloseTo(102.2, 6);
    // Three keys of 1 USD, whatever else there is.
    expect(usdOf(idle, /keys/)).toBe(3);
  });

  it.each(PRICED_REGIONS)('costs at most 25 USD a month in %s with profile=cheap', (region) => {
    expect(idleOf(estimate(facts, 'cheap', region, 0).bill)).toBeLessThanOrEqual(25);
    expect(idleOf(estimate(facts, 'standard', region, 0).bill)).toBeGreaterThan(100);
  });

  it('costs the same twelve times a year where nothing is screened', () => {
    const { bill } = estimate(facts, 'standard', 'eu-central-1', 0);
    expect(bill.year).toBeCloseTo(12 * idleOf(bill), 6);
  });
});

describe('an exam', () => {
  it('costs less than 0.001 USD of processors at a million a year, by either lane', () => {
    for (const profile of ['standard', 'cheap'] as const)
      expect(computePerPatient(estimate(facts, profile, 'eu-central-1', 1_000_000))).toBeLessThan(0.001);
  });

  it('publishes three events, of which a million cost 1 USD', () => {
    const { exam } = estimate(facts, 'standard', 'us-east-1', 1).bill;
    expect(usdOf(exam, /EventBridge/)).toBeCloseTo(3e-6, 12);
  });

  it('asks for more where it has more photographs, and where more are read', () => {
    const list = readPrices('us-east-1');
    const usual = workloadOf(1_000, 'live');
    const costOf = (work: typeof usual) =>
      billOf(facts.cheap, list, work).exam.reduce((sum, { usd }) => sum + usd, 0);
    expect(costOf({ ...usual, imagesPerExam: 4 })).toBeGreaterThan(1.4 * costOf(usual));
    expect(costOf({ ...usual, readShare: 1 })).toBeGreaterThan(1.2 * costOf(usual));
    // Full batches save calls and polls.
    expect(costOf({ ...usual, fill: { ...usual.fill, intake: 10 } })).toBeLessThan(costOf(usual));
  });

  it('has no GPU in its bill on the live lane, and a wake-up for each field day on the other', () => {
    expect(estimate(facts, 'cheap', 'us-east-1', 1_000_000).bill.gpuYear).toBe(0);
    const { bill } = estimate(facts, 'standard', 'us-east-1', 10_000);
    // 50 field days: 1,000 s of work and half an hour each that nothing is done in.
    expect(bill.gpuYear).toBeCloseTo(((1_000 + 50 * 1_800) / 3_600) * (0.8048 * 0.5 + (80 * 0.08) / 730), 6);
  });
});

describe('docs/cost.md', () => {
  it('is what the command writes: npm run cost -- --page', () => {
    const page = readFileSync(join(PROJECT_ROOT, 'docs/cost.md'), 'utf8');
    expect(page).toBe(costPage(facts, readCounted()));
  });
});
