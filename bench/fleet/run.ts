import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesizedFacts } from '../../lib/cost/synthesized-facts.ts';
import { PROJECT_ROOT } from '../../lib/project-root.ts';
import { plotLoads } from './report/plot.ts';
import { LANES, runScenario } from './report/run-scenario.ts';
import { measure, NOON, scalePage, scenarioTable } from './report/scale-page.ts';
import { SCENARIOS, type ScenarioName } from './system/scenarios.ts';

/**
 * Simulates the fleet: `npm run bench:fleet -- --scenario field-day|national --seed 1 [--json]`. `--page` writes docs/scale.md
 * and docs/scale.svg.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'field-day' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
  },
});

function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(SCENARIOS, name);
}

function main(): number {
  const { scenario } = values;
  const seed = Number(values.seed);
  if (!isScenario(scenario) || !Number.isInteger(seed)) {
    process.stderr.write(`Expected --scenario ${Object.keys(SCENARIOS).join(' or ')}, and a whole --seed.\n`);
    return 2;
  }
  const facts = synthesizedFacts().standard;
  if (values.page) {
    const measured = measure(facts);
    const curves = [
      { name: 'live lane', colour: '#0a7d4f', loads: measured.live },
      { name: 'live lane, new account', colour: '#c77700', loads: measured.liveNewAccount },
      { name: 'GPU workers, from none', colour: '#2457c5', loads: measured.gpu },
    ];
    writeFileSync(join(PROJECT_ROOT, 'docs/scale.svg'), plotLoads(curves, NOON));
    writeFileSync(join(PROJECT_ROOT, 'docs/scale.md'), scalePage(facts, measured));
    return 0;
  }
  const figures = LANES.map((lane) => runScenario(facts, scenario, lane, seed));
  process.stdout.write(`${values.json ? JSON.stringify(figures) : scenarioTable(figures)}\n`);
  return 0;
}

process.exitCode = main();
