/** Lines of README.md and docs that no test runs as they stand; what they name is checked nevertheless. */
export const NOT_RUN: readonly { readonly page: string; readonly line: RegExp; readonly why: string }[] = [
  { page: 'README.md', line: /^npm ci && npm/, why: '.ci/run runs it in a fresh checkout' },
  { page: 'CONTRIBUTING.md', line: /./, why: '.ci/run runs these checks in a fresh checkout' },
  { page: 'docs/backup.md', line: /--rebuild/, why: 'test/backup runs it, on a folder without its database' },
  {
    page: 'docs/upload.md',
    line: /--watch/,
    why: 'goes on until Ctrl-C; test/commands/watch.test.ts runs it',
  },
  { page: 'docs/deploy.md', line: /^npm (?:ci|run synth)|^npx vitest/, why: '.ci/run runs it' },
  {
    page: 'docs/deploy.md',
    line: /^npm run images:lock/,
    why: 'asks registries; lib/images has a test with one of its own',
  },
  {
    page: 'docs/threats.md',
    line: /^npm run fuzz/,
    why: 'test/fuzz/fuzz.test.ts does a part of it; this takes an hour',
  },
  {
    page: 'docs/reading-room.md',
    line: /^npm run/,
    why: '.ci/run builds the pages and reads by them in a browser',
  },
  { page: 'docs/licences.md', line: /^npm run sbom/, why: 'sbom/licences.test.ts does the same' },
  {
    page: 'docs/unlike-training.md',
    line: /./,
    why: 'takes photographs of patients, and writes into the bundle that ships',
  },
  {
    page: 'docs/evidence-maps.md',
    line: /--photographs|kept-photographs|--expected photographs/,
    why: 'takes photographs that are not at hand everywhere, and half an hour',
  },
  { page: 'docs/aws-emulator.md', line: /^npm run test:aws/, why: '.ci/run runs it' },
  {
    page: 'docs/cost.md',
    line: /^npm run cost/,
    why: 'lib/cost/cost.test.ts does the same, and synthesises',
  },
  {
    page: 'docs/scale.md',
    line: /^npm run bench:fleet/,
    why: 'bench/fleet/report/scale-page.test.ts does the same, and synthesises',
  },
  { page: 'docs/deploy.md', line: /^npx cdk|^aws |^for group in/, why: 'needs an account of AWS' },
  {
    page: 'docs/deploy.md',
    line: /^(?:[A-Z]+=|export |jq |ID=)/,
    why: 'reads what a deployment in AWS answers',
  },
  { page: 'docs/deploy.md', line: /^npx retclip/, why: 'speaks to a stack in AWS' },
  { page: 'docs/runbook.md', line: /^aws |^npx retclip/, why: 'speaks to a stack in AWS' },
  { page: 'docs/export.md', line: /--stack RetclipScreening$/, why: 'speaks to a stack in AWS' },
  {
    page: 'docs/evaluation.md',
    line: /^npx retclip benchmark idrid/,
    why: 'needs photographs that are not ours to ship',
  },
  {
    page: 'docs/laterality.md',
    line: /^python3 -m training/,
    why: 'needs PyTorch and photographs of patients',
  },
  { page: 'docs/live-lane.md', line: /^npx node bench/, why: 'measures, which takes minutes' },
  { page: 'docs/faults.md', line: /^npm run test:faults/, why: 'takes the better part of an hour' },
  { page: 'docs/mutation-testing.md', line: /^npm run test:mutation/, why: 'takes hours' },
  {
    page: 'docs/vision-towers.md',
    line: /--photographs|kept-photographs|--expected photographs/,
    why: 'needs photographs of patients, and writes into the bundle that ships',
  },
  { page: 'training/README.md', line: /./, why: 'needs PyTorch, photographs of patients and hours' },
];
