import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bundle, DiagnosticReport } from 'fhir/r4.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExportedCohort, trainedCohort, unassessedCohort, untrainedCohort } from './drawn-cohort.ts';
import { isBuilt, validate, verdictText } from './hapi.ts';

const REQUIRED = process.env.RETCLIP_TEST_FHIR === 'required';
const AVAILABLE = REQUIRED || (await isBuilt());
if (!AVAILABLE)
  console.warn(
    'SKIPPED: FHIR bundles are not validated, since the validator is not built: npm run test:fhir',
  );

/** Warnings that are meant, each explained in docs/export.md. */
const MEANT = [
  'http://hl7.org/fhir/StructureDefinition/DomainResource#dom-6',
  'Terminology_PassThrough_TX_Message',
  'All_observations_should_have_an_effectiveDateTime_or_an_effectivePeriod',
];

let folder: string;
let trained: ExportedCohort;
let untrained: ExportedCohort;
let unassessed: ExportedCohort;

async function bundlesOf({ file }: ExportedCohort): Promise<Bundle[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line): Bundle => JSON.parse(line));
}

function reportIn(bundle: Bundle): DiagnosticReport {
  return bundle.entry?.at(-1)?.resource as DiagnosticReport;
}

/** Faults that a validator must find: each made in a bundle of its own. */
const FAULTS: readonly ((bundle: Bundle) => void)[] = [
  function noFullUrl(bundle) {
    for (const entry of bundle.entry ?? []) delete entry.fullUrl;
  },
  function deviceAsPerformer(bundle) {
    const device = bundle.entry?.find(({ resource }) => resource?.resourceType === 'Device');
    reportIn(bundle).performer = [{ reference: device?.fullUrl }];
  },
  function outcomeThatIsNotInItsCodeSystem(bundle) {
    const [coding] = reportIn(bundle).conclusionCode?.[0]?.coding ?? [];
    if (coding !== undefined) coding.code = 'send-home';
  },
  function noStatus(bundle) {
    delete (reportIn(bundle) as { status?: string }).status;
  },
  function brokenNarrative(bundle) {
    reportIn(bundle).text = { status: 'generated', div: '<div>a < b</div>' };
  },
];

describe.skipIf(!AVAILABLE)('what a system exports as FHIR', { timeout: 600_000 }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retclip-fhir-'));
    trained = await trainedCohort(folder);
    untrained = await untrainedCohort(folder);
    unassessed = await unassessedCohort(folder);
  }, 600_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has results of every kind', async () => {
    const { lines } = trained;
    const has = (fits: (line: (typeof lines)[number]) => boolean) => lines.some(fits);
    expect(has(({ eyes }) => eyes.left === null)).toBe(true);
    expect(has(({ eyes }) => eyes.right === null)).toBe(true);
    expect(has(({ eyes }) => eyes.left?.gradable === false)).toBe(true);
    expect(has(({ eyes }) => eyes.right?.gradable === false)).toBe(true);
    expect(has(({ flags }) => flags.includes('laterality-suspect'))).toBe(true);
    expect(has(({ patient }) => patient.includes('患者'))).toBe(true);
    expect(untrained.lines.every(({ flags }) => flags.includes('untrained-model'))).toBe(true);
    expect(unassessed.lines.some(({ outcome }) => outcome === 'not-assessed')).toBe(true);
    expect(unassessed.lines.some(({ outcome }) => outcome === 'recall')).toBe(false);
    const statuses = new Set((await bundlesOf(trained)).map((bundle) => reportIn(bundle).status));
    expect(statuses).toEqual(new Set(['partial', 'preliminary', 'final', 'amended']));
  });

  it('is valid, every bundle of it', async () => {
    const cohorts = [trained, untrained, unassessed];
    const verdict = await validate(
      folder,
      cohorts.map(({ file }) => file),
    );
    console.info(verdictText(verdict));
    expect(verdict.bundles).toBe(cohorts.flatMap(({ lines }) => lines).length);
    expect(verdict.kinds.filter(({ severity }) => severity === 'error' || severity === 'fatal')).toEqual([]);
    const warnings = verdict.kinds.filter(({ severity }) => severity === 'warning');
    expect(warnings.map(({ id }) => id).filter((id) => !MEANT.includes(id))).toEqual([]);
  });

  it('would be found invalid with any of these faults', async () => {
    const [bundle] = await bundlesOf(trained);
    const broken = FAULTS.map((fault) => {
      const copy = structuredClone(bundle) as Bundle;
      fault(copy);
      return JSON.stringify(copy);
    });
    const file = join(folder, 'broken.ndjson');
    await writeFile(file, `${broken.join('\n')}\n`);
    const verdict = await validate(folder, [file]);
    expect(verdict).toMatchObject({ bundles: FAULTS.length, invalid: FAULTS.length });
  });
});
