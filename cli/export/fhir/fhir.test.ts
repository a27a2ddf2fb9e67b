import { createRequire } from 'node:module';
import type { Bundle } from 'fhir/r4.js';
import { describe, expect, it } from 'vitest';
import type { ResultLine } from '../../../core/reviews/result-line.ts';
import { resultLine } from '../testing/result-lines.ts';
import { examBundle } from './exam-bundle.ts';
import { FhirEncoder } from './fhir-encoder.ts';
import { followed, observationOf, observationsOf, reportOf, resourcesOf } from './testing/resources.ts';

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

describe('a bundle', () => {
  it('fits the published schema of FHIR R4, whole and resource by resource', () => {
    for (const bundle of BUNDLES) {
      expect(problemsOf(bundle)).toEqual([]);
      for (const resource of resourcesOf(bundle)) expect(problemsOf(resource)).toEqual([]);
    }
  });

  it('refers to nothing that it does not hold', () => {
    for (const bundle of BUNDLES) {
      const held = bundle.entry?.map(({ fullUrl }) => fullUrl) ?? [];
      const named = [...JSON.stringify(bundle).matchAll(/"reference":"([^"]+)"/g)].map(([, name]) => name);
      expect(named.length).toBeGreaterThan(2);
      expect(held).toEqual(expect.arrayContaining(named));
      expect(new Set(held).size).toBe(held.length);
      for (const url of held)
        expect(url).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });

  it('is put under the ids of its resources', () => {
    for (const { resource, request } of BUNDLES[2]?.entry ?? [])
      expect(request).toEqual({ method: 'PUT', url: `${resource?.resourceType}/${resource?.id}` });
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

type Review = NonNullable<ResultLine['review']>;
type Verdict = Review['verdicts'][number];

function verdict(reader: string, stage: Verdict['stage'], outcome: Verdict['outcome']): Verdict {
  const correction = { eyes: null, corrects: null, reason: null, supersededBy: null };
  const at = '2026-05-02T09:00:00Z';
  return { id: `verdict-of-${reader}`, reader, stage, outcome, note: null, at, ...correction };
}

/** The third result, whose outcome by the model is `refer`, as readers have left it. */
function reviewed(review: Review, decidedBy: ResultLine['final']['decidedBy']): ResultLine {
  const line = resultLine(2);
  return { ...line, review, final: { outcome: review.outcome ?? line.outcome, decidedBy } };
}

const AGREED = reviewed(
  {
    outcome: 'refer',
    status: 'final',
    stage: null,
    verdicts: [verdict('reader-a', 'first', 'refer')],
  },
  'reader',
);
const CHANGED = reviewed(
  {
    outcome: 'recall',
    status: 'final',
    stage: null,
    verdicts: [verdict('reader-a', 'first', 'recall'), verdict('reader-b', 'second', 'recall')],
  },
  'reader',
);
const DISPUTED = reviewed(
  {
    outcome: null,
    status: 'preliminary',
    stage: 'second',
    verdicts: [verdict('reader-a', 'first', 'recall')],
  },
  'machine',
);

/** An exam that no head could decide. */
const UNASSESSED: ResultLine = {
  ...resultLine(2),
  outcome: 'not-assessed',
  findings: [],
  final: { outcome: 'not-assessed', decidedBy: 'machine' },
  reasons: [{ outcome: 'not-assessed', because: 'no-evidence', eye: 'left' }],
};

describe('a report', () => {
  it.each([
    ['preliminary', 'both eyes are gradable', 2],
    ['partial', 'an eye is missing', 1],
    ['partial', 'an eye is ungradable', 10],
  ])('is %s where %s', (status, _, index) => {
    expect(reportOf(resultLine(index)).status).toBe(status);
  });

  it('is final once readers have confirmed the outcome, and so is what the model found', () => {
    expect(reportOf(AGREED)).toMatchObject({ status: 'final' });
    expect(new Set(observationsOf(AGREED).map(({ status }) => status))).toEqual(new Set(['final']));
    expect(problemsOf(examBundle(AGREED))).toEqual([]);
  });

  it('is amended once readers have changed the outcome, and says both', () => {
    const report = reportOf(CHANGED);
    expect(report.status).toBe('amended');
    expect(report.conclusion).toMatch(/^Outcome: recall, decided by readers\. Outcome by the model: refer\./);
    expect(report.conclusionCode?.[0]?.coding?.[0]).toMatchObject({
      system: 'urn:retclip-screening:outcome',
      code: 'recall',
    });
    expect(problemsOf(examBundle(CHANGED))).toEqual([]);
  });

  it('leaves as preliminary what the model found and readers did not confirm', () => {
    const found = observationOf(CHANGED, 'glaucoma');
    expect(found?.status).toBe('preliminary');
    expect(found?.note?.[0]?.text).toMatch(/the model's outcome was refer, readers decided recall/);
    expect(observationOf(CHANGED, 'Outcome of screening')).toMatchObject({
      status: 'amended',
      valueCodeableConcept: { coding: [{ code: 'recall' }] },
    });
  });

  it('stays preliminary while readers have not settled it, at the more urgent outcome', () => {
    expect(reportOf(DISPUTED)).toMatchObject({
      status: 'preliminary',
      conclusionCode: [{ coding: [{ code: 'refer' }] }],
    });
    expect(reportOf(DISPUTED).conclusion).toContain('Readers have not settled it yet.');
  });

  it('says that nothing was assessed where nothing was, and claims no outcome by the model', () => {
    const report = reportOf(UNASSESSED);
    expect(report.status).toBe('partial');
    expect(report.conclusion).toMatch(
      /^Nothing was assessed by the model: no head could decide \(not-assessed: no head assessed the left eye/,
    );
    expect(report.conclusionCode?.[0]?.coding?.[0]?.code).toBe('not-assessed');
    expect(JSON.stringify(examBundle(UNASSESSED))).not.toMatch(/by the model: recall|Outcome by the model/);
    expect(problemsOf(examBundle(UNASSESSED))).toEqual([]);
  });

  it('says why, by which finding, against which threshold, and what speaks against it', () => {
    const finding = { because: 'finding', level: 'right', head: 'eyes' } as const;
    const line: ResultLine = {
      ...resultLine(2),
      reasons: [
        { ...finding, outcome: 'refer', label: 'glaucoma', probability: 0.61, threshold: 0.4 },
        { ...finding, outcome: 'recall', label: 'normal', probability: 0.95, threshold: 0.5 },
      ],
    };
    expect(reportOf(line).conclusion).toContain(
      'By the model, refer: glaucoma 0.61, threshold 0.40 (right eye, head eyes); although normal 0.95, threshold 0.50 (right eye, head eyes).',
    );
  });

  it('names the program as performer, and readers by the names that they read under', () => {
    const { performer, resultsInterpreter } = reportOf(CHANGED);
    expect(followed(CHANGED, performer?.[0]?.reference)).toMatchObject({
      resourceType: 'Organization',
      name: 'north',
    });
    expect(resultsInterpreter?.map(({ reference }) => followed(CHANGED, reference))).toMatchObject([
      { resourceType: 'Practitioner', identifier: [{ value: 'reader-a' }] },
      { resourceType: 'Practitioner', identifier: [{ value: 'reader-b' }] },
    ]);
    expect(reportOf(resultLine(2)).resultsInterpreter).toBeUndefined();
  });

  it('says that it is for research only, and of an untrained model that it means nothing', () => {
    expect(reportOf(resultLine(2)).conclusion).toMatch(/Research use only.*untrained/);
    expect(reportOf(resultLine(3)).conclusion).toMatch(/Research use only/);
    expect(reportOf(resultLine(3)).conclusion).not.toMatch(/untrained/);
  });

  it('has a date of the exam only where its id tells one', () => {
    expect(reportOf(resultLine(1)).effectiveDateTime).toBe('2026-05-01');
    expect(reportOf(resultLine(4)).effectiveDateTime).toBeUndefined();
  });
});

describe('the validation', () => {
  const report = reportOf(resultLine(2));

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
