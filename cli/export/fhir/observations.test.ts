import { describe, expect, it } from 'vitest';
import { resultLine } from '../testing/result-lines.ts';
import { examBundle } from './exam-bundle.ts';
import { followed, observationOf, observationsOf } from './testing/resources.ts';

describe('an observation', () => {
  const line = resultLine(2);
  const of = (text: string) => observationOf(line, text);

  it('has the code of its label where there is one, and text alone where there is none', () => {
    expect(of('diabetic-retinopathy')?.code.coding).toEqual([
      { system: 'http://snomed.info/sct', code: '4855003', display: 'Diabetic retinopathy' },
    ]);
    expect(of('hypertension')?.code.coding).toBeUndefined();
  });

  it('says pathological myopia where the label means it, and never the refractive error', () => {
    const [finding] = line.findings;
    if (finding === undefined) throw new Error('The result has no finding.');
    const myopic = { ...line, findings: [{ ...finding, label: 'myopia' }] };
    expect(observationOf(myopic, 'pathological myopia')?.code.coding).toEqual([
      { system: 'http://snomed.info/sct', code: '32022003', display: 'Degenerative progressive high myopia' },
    ]);
    expect(JSON.stringify(examBundle(myopic))).not.toContain('57190000');
  });

  it('carries probability and threshold, its eye and its photographs, and claims no calibration', () => {
    const glaucoma = of('glaucoma');
    expect(glaucoma?.component?.map(({ code, valueQuantity }) => [code.text, valueQuantity?.value])).toEqual([
      ['Probability', 0.079],
      ['Threshold', 0.5],
    ]);
    expect(glaucoma).toMatchObject({ valueBoolean: false });
    expect(glaucoma?.bodySite?.coding?.[0]?.code).toBe('8966001');
    expect(glaucoma?.derivedFrom?.map(({ reference }) => followed(line, reference))).toMatchObject([
      {
        resourceType: 'Media',
        content: { contentType: 'image/jpeg', title: expect.stringContaining('left') },
      },
    ]);
    expect(of('diabetic-retinopathy')?.derivedFrom).toHaveLength(2);
    expect(JSON.stringify(examBundle(line))).not.toMatch(/calibrated/i);
  });

  it.each([
    ['left', '8966001', 'out-of-focus', false],
    ['right', '18944008', null, true],
  ])('tells of the %s eye at its own body site', (side, code, reason, gradable) => {
    const ungradable = resultLine(10);
    const quality = observationsOf(ungradable).find(
      (observation) =>
        observation.code.text === 'Fundus photograph is gradable' &&
        observation.bodySite?.coding?.[0]?.code === code,
    );
    expect(quality?.valueBoolean).toBe(gradable);
    expect(quality?.note?.[0]?.text.startsWith('Ungradable')).toBe(reason !== null);
    expect(quality?.derivedFrom?.map(({ reference }) => followed(ungradable, reference))).toMatchObject([
      { content: { title: expect.stringContaining(`${side}.jpg`) } },
    ]);
  });
});
