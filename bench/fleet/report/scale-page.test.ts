import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { synthesizedFacts } from '../../../lib/cost/synthesized-facts.ts';
import { PROJECT_ROOT } from '../../../lib/project-root.ts';
import { capacitiesOf } from '../system/capacities.ts';
import { LIMITS } from '../system/limits.ts';
import { setupOf, steadyLoad } from '../system/scenarios.ts';
import { simulate } from '../system/simulate.ts';
import { plotLoads } from './plot.ts';
import { LANES, runLoads, runScenario } from './run-scenario.ts';
import { capacityTable, loadTable, SEED, scenarioTable } from './scale-page.ts';

const facts = synthesizedFacts().standard;
const account = { accountConcurrency: LIMITS.newAccountConcurrency.limit };
const [live = [], gpu = []] = LANES.map((lane) => runLoads(facts, lane, SEED));
const page = readFileSync(join(PROJECT_ROOT, 'docs/scale.md'), 'utf8');
const rowsOf = (text: string) => text.split('\n').slice(2);

describe('docs/scale.md, by npm run bench:fleet -- --page', () => {
  it('has the field day as it is simulated now', () => {
    const figures = LANES.map((lane) => runScenario(facts, 'field-day', lane, SEED));
    for (const row of rowsOf(scenarioTable(figures))) expect(page).toContain(row);
  });

  it('has the loads and what each part carries as they are now', () => {
    const columns = [
      ['live lane', live],
      ['live lane, new account', runLoads(facts, 'live', SEED, account)],
      ['GPU workers', gpu],
    ] as const;
    expect(page).toContain(loadTable(columns));
    expect(page).toContain(capacityTable(facts));
  });
});

describe('a fleet', () => {
  it('answers each exam once, whatever the load', () => {
    for (const { load, simulated } of [...live, ...gpu])
      expect([load, simulated.answered]).toEqual([load, simulated.exams]);
  });

  it('answers as many in a second as its narrowest part carries by arithmetic, once that is too few', () => {
    const setup = setupOf(facts, 'live');
    const [narrowest] = capacitiesOf(setup).filter(({ isOnTheWay }) => isOnTheWay);
    const { exams, lasted, narrowest: held } = simulate(setup, steadyLoad(400), 2);
    expect(held).toBe(narrowest?.part);
    expect(Math.abs(exams / lasted / (narrowest?.exams ?? 0) - 1)).toBeLessThan(0.05);
  });

  it('carries more where the setting says so, until the next part is too narrow', () => {
    const wide = { ...setupOf(facts, 'live'), facts: withPreparations(200) };
    const { narrowest, p99 } = simulate(wide, steadyLoad(200), 2);
    expect(narrowest).toBe('table: write units');
    expect(p99).toBeLessThan(simulate(setupOf(facts, 'live'), steadyLoad(200), 2).p99);
    const warm = { ...wide, tableWrites: LIMITS.tableWrites.limit };
    expect(simulate(warm, steadyLoad(200), 2).p99).toBeLessThan(60);
  });

  it('is held to the calls at once of its account', () => {
    const { mostConcurrent } = simulate({ ...setupOf(facts, 'live'), ...account }, steadyLoad(50), 3);
    expect(mostConcurrent).toBe(10);
  });

  it('has one course for a seed, and another for another', () => {
    const run = (seed: number) => runScenario(facts, 'field-day', 'gpu', seed).simulated;
    expect(run(4)).toEqual(run(4));
    expect(run(4).p99).not.toBe(run(5).p99);
  });

  it('loses no exam with the instances that are reclaimed', () => {
    const often = { ...setupOf(facts, 'gpu'), reclaimsPerHour: 6 };
    const { exams, answered, reclaimed } = simulate(often, steadyLoad(25), 1);
    expect(reclaimed).toBeGreaterThan(1);
    expect(answered).toBe(exams);
  });
});

function withPreparations(maxConcurrency: number): typeof facts {
  const { prepare } = facts.functions;
  if (prepare === undefined) throw new Error('Expected a function that prepares.');
  const sources = prepare.sources.map((source) => ({ ...source, maxConcurrency }));
  return { ...facts, functions: { ...facts.functions, prepare: { ...prepare, sources } } };
}

describe('the plot', () => {
  it('is a picture whose lines lie within it', () => {
    const svg = plotLoads([{ name: 'live', colour: '#000', loads: live }], 22);
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 760 440"/);
    const heights = [...svg.matchAll(/[ML][\d.]+ ([\d.-]+)/g)].map(([, height]) => Number(height));
    expect(heights.length).toBeGreaterThan(20);
    for (const height of heights) expect(height > 20 && height < 440).toBe(true);
    expect(svg).not.toContain('NaN');
  });
});
