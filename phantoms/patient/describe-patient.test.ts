import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhantomArgumentError } from '../errors.ts';
import { DISEASES, type Disease, type Sign } from '../labels.ts';
import { describePatient, type PatientOptions, type PatientPlan } from './describe-patient.ts';
import { HOSPITAL_PREVALENCE, SCREENING_PREVALENCE } from './prevalence.ts';

const cohort = (count: number, options = {}) =>
  Array.from({ length: count }, (_, index) => describePatient({ seed: 'cohort', index, ...options }));

const eyesOf = (plans: readonly PatientPlan[]) =>
  plans.flatMap(({ left, right }) => [left, right].filter((eye) => eye !== null).map((eye) => eye.truth));

const share = (plans: readonly PatientPlan[], disease: Disease) =>
  plans.filter((plan) => plan.truth.labels.includes(disease)).length / plans.length;

describe('describePatient', () => {
  it.each([
    ['screening', SCREENING_PREVALENCE],
    ['hospital', HOSPITAL_PREVALENCE],
  ])('keeps to the %s prevalences over 500 patients', (_, prevalence) => {
    const plans = cohort(500, { prevalence });
    for (const disease of DISEASES) {
      const expected = prevalence[disease];
      // Four standard errors of a share among 500.
      const tolerance = 4 * Math.sqrt((expected * (1 - expected)) / 500);
      expect(Math.abs(share(plans, disease) - expected), disease).toBeLessThan(tolerance);
    }
  });

  it('leaves most of a screened population normal, and never calls an ill patient normal', () => {
    const plans = cohort(500);
    const normal = plans.filter((plan) => plan.truth.labels.includes('normal'));
    expect(normal.length / 500).toBeGreaterThan(0.5);
    for (const plan of normal) expect(plan.truth.labels).toEqual(['normal']);
  });

  it('labels the patient with what the photographed eyes have, and gives signs to ill eyes only', () => {
    for (const plan of cohort(300)) {
      const eyes = eyesOf([plan]);
      const found = DISEASES.filter((disease) => eyes.some((eye) => eye.labels.includes(disease)));
      expect(plan.truth.labels).toEqual(found.length > 0 ? found : ['normal']);
      for (const eye of eyes) expect(Object.keys(eye.signs).length > 0).toBe(!eye.labels.includes('normal'));
    }
  });

  it('makes the fellow eye of an ill one ill far more often than chance', () => {
    const plans = cohort(400, { defects: { missingEye: 0 } });
    const ill = (eye: PatientPlan['left']) => eye?.truth.labels.includes('diabetic-retinopathy') ?? false;
    const either = plans.filter((plan) => ill(plan.left) || ill(plan.right));
    const both = either.filter((plan) => ill(plan.left) && ill(plan.right));
    expect(both.length / either.length).toBeGreaterThan(0.7);
    expect(both.length).toBeLessThan(either.length);
  });

  it.each([
    ['glaucoma', 'enlarged-cup'],
    ['cataract', 'media-haze'],
    ['amd', 'drusen'],
    ['hypertension', 'arteriolar-narrowing'],
    ['myopia', 'peripapillary-crescent'],
    ['diabetic-retinopathy', 'microaneurysms'],
  ] as const)('shows %s by %s in every eye that has it', (disease: Disease, sign: Sign) => {
    const eyes = eyesOf(cohort(40, { prevalence: { [disease]: 1 } })).filter((eye) =>
      eye.labels.includes(disease),
    );
    expect(eyes.length).toBeGreaterThan(40);
    for (const eye of eyes) expect(eye.signs[sign]).toBeGreaterThanOrEqual(1);
  });

  it('has a larger cup in glaucoma than in any healthy eye', () => {
    const ratios = (glaucoma: number) =>
      eyesOf(cohort(60, { prevalence: { glaucoma } }))
        .filter((eye) => eye.labels.includes('glaucoma') === glaucoma > 0)
        .map((eye) => eye.cupToDiscRatio);
    expect(Math.min(...ratios(1))).toBeGreaterThan(0.55);
    expect(Math.max(...ratios(0))).toBeLessThan(0.7);
  });

  it('puts the disc on the right half in a right eye, on the left half in a left eye, above the fovea', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (index) => {
        const { left, right } = describePatient({ seed: 'halves', index });
        if (right !== null) {
          expect(right.truth.disc.x).toBeGreaterThan(0.52);
          expect(right.truth.fovea.x).toBeLessThan(right.truth.disc.x - 0.25);
          expect(right.truth.disc.y).toBeLessThan(right.truth.fovea.y);
        }
        if (left !== null) {
          expect(left.truth.disc.x).toBeLessThan(0.48);
          expect(left.truth.fovea.x).toBeGreaterThan(left.truth.disc.x + 0.25);
          expect(left.truth.disc.y).toBeLessThan(left.truth.fovea.y);
        }
        expect(left !== null || right !== null).toBe(true);
      }),
    );
  });

  it('spoils photographs and leaves out eyes at the rates asked for', () => {
    const spoilt = eyesOf(cohort(40, { defects: { outOfFocus: 1, tooDark: 0, tooBright: 0 } }));
    expect(new Set(spoilt.map((eye) => eye.quality))).toEqual(new Set(['out-of-focus']));
    expect(eyesOf(cohort(40, { defects: { missingEye: 1 } }))).toHaveLength(40);
    expect(eyesOf(cohort(40, { defects: { missingEye: 0 } }))).toHaveLength(80);
  });

  it.each<[string, PatientOptions, RegExp]>([
    ['a negative index', { seed: 1, index: -1 }, /Expected index/],
    ['half an index', { seed: 1, index: 0.5 }, /Expected index/],
    ['a prevalence above 1', { seed: 1, index: 0, prevalence: { amd: 1.2 } }, /"amd".*1\.2/],
    ['an unknown disease', { seed: 1, index: 0, prevalence: { flu: 0.1 } as object }, /received "flu"/],
    ['a rate that is no number', { seed: 1, index: 0, defects: { tooDark: Number.NaN } }, /"tooDark"/],
    [
      'defects of more than all',
      { seed: 1, index: 0, defects: { tooDark: 0.6, tooBright: 0.6 } },
      /at most 1/,
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => describePatient(options)).toThrow(PhantomArgumentError);
    expect(() => describePatient(options)).toThrow(message);
  });
});
