import { createRequire } from 'node:module';
import type { Bundle, DiagnosticReport, Observation } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { ResultLine } from '../../../core/exams/result-line.ts';
import { resultLine } from '../testing/result-lines.ts';
import { examBundle } from './exam-bundle.ts';
import { FhirEncoder } from './fhir-encoder.ts';

// The validator of Lantana Group, with the published profiles, value sets and types of FHIR 4.0; it is CommonJS.
const { Fhir } = createRequire(import.meta.url)('fhir') as typeof import('fhir');
const validator = new Fhir();

function problemsOf(resource: unknown): string[] {
  const { messages } = validator.validate(structuredClone(resource) as object, { errorOnUnexpected: true });
  return messages
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ location, message }) => `${location}: ${message}`);
}

const BUNDLES = Array.from({ length: 84 }, (_, index) => examBundle(resultLine(index)));

function resourcesOf(bundle: Bundle) {
  return bundle.entry?.flatMap(({ resource }) => resource ?? []) ?? [];
}

describe('a bundle', () => {
  it('fits the published schema of FHIR R4, whole and resource by resource', () => {
    for (const bundle of BUNDLES) {
      expect(problemsOf(bundle)).toEqual([]);
      for (const resource of resourcesOf(bundle)) expect(problemsOf(resource)).toEqual([]);
    }
  });

  it('refers to nothing that it does not hold', () => {
    for (const bundle of BUNDLES) {
      const held = resourcesOf(bundle).map((resource) => `${resource.resourceType}/${resource.id}`);
      const named = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)].map(([, name]) => name);
      expect(named.length).toBeGreaterThan(2);
      expect(held).toEqual(expect.arrayContaining(named));
      expect(new Set(held).size).toBe(held.length);
    }
  });

  it('is the same each time, so that sending it again changes nothing', () => {
    expect(examBundle(resultLine(5))).toEqual(BUNDLES[5]);
    expect(bundleUrls(BUNDLES[5])).not.toEqual(bundleUrls(BUNDLES[6]));
  });

  it('names the patient by pseudonym and marks every resource as for research', () => {
    for (const resource of resourcesOf(BUNDLES[10] as Bundle)) {
      expect(resource.meta?.security).toEqual([expect.objectContaining({ code: 'HRESCH' })]);
    }
    expect(resourcesOf(BUNDLES[10] as Bundle)[0]).toMatchObject({
      resourceType: 'Patient',
      identifier: [{ value: '患者 10' }],
    });
  });
});

function bundleUrls(bundle: Bundle | undefined) {
  return bundle?.entry?.map(({ request }) => request?.url);
}

function reportOf(index: number): DiagnosticReport {
  const found = resourcesOf(examBundle(resultLine(index))).find(
    (resource) => resource.resourceType === 'DiagnosticReport',
  );
  return found as DiagnosticReport;
}

describe('a report', () => {
  it.each([
    ['preliminary', 'both eyes are gradable', 2],
    ['partial', 'an eye is missing', 1],
    ['partial', 'an eye is ungradable', 10],
  ])('is %s where %s', (status, _, index) => {
    expect(reportOf(index).status).toBe(status);
  });

  it('is final once readers have settled the outcome, and says both', () => {
    const review = { outcome: 'recall', status: 'final', stage: null, verdicts: [] } as const;
    const line: ResultLine = { ...resultLine(2), review: { ...review, verdicts: [] } };
    const resources = resourcesOf(examBundle(line));
    expect(resources.at(-1)).toMatchObject({ status: 'final' });
    expect((resources.at(-1) as DiagnosticReport).conclusion).toMatch(
      /model: refer\. .*readers, final: recall\./,
    );
    expect(problemsOf(examBundle(line))).toEqual([]);
  });

  it('stays preliminary while readers have not settled it', () => {
    const review = { outcome: null, status: 'preliminary', stage: 'arbitration', verdicts: [] } as const;
    const line: ResultLine = { ...resultLine(2), review: { ...review, verdicts: [] } };
    expect(resourcesOf(examBundle(line)).at(-1)).toMatchObject({ status: 'preliminary' });
  });

  it('says that it is for research only, and of an untrained model that it means nothing', () => {
    expect(reportOf(2).conclusion).toMatch(/Research use only.*untrained/);
    expect(reportOf(3).conclusion).toMatch(/Research use only/);
    expect(reportOf(3).conclusion).not.toMatch(/untrained/);
  });

  it('has a date of the exam only where its id tells one', () => {
    expect(reportOf(1).effectiveDateTime).toBe('2026-05-01');
    expect(reportOf(4).effectiveDateTime).toBeUndefined();
  });
});

describe('an observation', () => {
  const observations = resourcesOf(examBundle(resultLine(2))).filter(
    (resource): resource is Observation => resource.resourceType === 'Observation',
  );
  const of = (text: string) => observations.find(({ code }) => code.text === text);

  it('has the code of its label where there is one, and text alone where there is none', () => {
    expect(of('diabetic-retinopathy')?.code.coding).toEqual([
      { system: 'http://snomed.info/sct', code: '4855003', display: 'Diabetic retinopathy' },
    ]);
    expect(of('hypertension')?.code.coding).toBeUndefined();
  });

  it('carries probability and threshold, its eye and its photographs', () => {
    const glaucoma = of('glaucoma');
    const [finding] = resultLine(2).findings.filter(({ label }) => label === 'glaucoma');
    expect(glaucoma?.component?.map(({ valueQuantity }) => valueQuantity?.value)).toEqual([
      finding?.probability,
      0.5,
    ]);
    expect(glaucoma).toMatchObject({ valueBoolean: finding?.positive });
    expect(glaucoma?.bodySite?.coding?.[0]?.code).toBe('8966001');
    expect(glaucoma?.derivedFrom).toHaveLength(1);
    expect(of('diabetic-retinopathy')?.derivedFrom).toHaveLength(2);
  });
});

describe('the validation', () => {
  const [report] = [reportOf(2)];

  it.each([
    ['a status that FHIR does not know', { ...report, status: 'guessed' }],
    ['an element that FHIR does not know', { ...report, certainty: 1 }],
    ['no status', (({ status: _, ...rest }) => rest)(report)],
    ['a list where one element belongs', { ...report, subject: [{ reference: 'Patient/1' }] }],
    ['a date that is none', { ...report, effectiveDateTime: 'yesterday' }],
    ['one element where a list belongs', { ...report, result: { reference: 'Observation/1' } }],
  ])('finds %s', (_, broken) => {
    expect(problemsOf(report)).toEqual([]);
    expect(problemsOf(broken)).not.toEqual([]);
  });
});

describe('NDJSON', () => {
  it('holds one bundle a line', () => {
    const lines = Array.from({ length: 3 }, (_, index) => resultLine(index));
    const text = Buffer.from(new FhirEncoder().encode(lines)).toString('utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(lines.map((line) => JSON.parse(JSON.stringify(examBundle(line)))));
  });
});
