import { expect, it } from 'vitest';
import { mapPixels } from './map-picture.ts';
import { mappedFindings } from './mapped-findings.ts';

it('draws each place of a map where it lies, as opaque as its evidence', () => {
  const values = Buffer.from([0, 255, 128, 7]).toString('base64');
  const pixels = mapPixels({ side: 2, values });
  expect([3, 7, 11, 15].map((place) => pixels[place])).toEqual([0, 255, 128, 7]);
  expect(new Set([0, 4, 8, 12].map((place) => pixels.slice(place, place + 3).join()))).toHaveProperty(
    ...(['size', 1] as const),
  );
});

const finding = (level: 'left' | 'right' | 'patient', label: string, probability: number) => ({
  ...{ level, label, probability, image: null, head: 'odir-eye', threshold: 0.4 },
  positive: probability >= 0.4,
});

it('has maps of an eye’s own findings above their limits, the furthest above first', () => {
  const findings = [
    finding('right', 'amd', 0.5),
    finding('right', 'glaucoma', 0.9),
    finding('left', 'diabetic-retinopathy', 0.8),
    finding('right', 'cataract', 0.3),
    finding('right', 'normal', 0.9),
    finding('patient', 'myopia', 0.9),
  ];
  const labels = (eye: 'left' | 'right') => mappedFindings(findings, eye).map(({ label }) => label);
  expect(labels('right')).toEqual(['glaucoma', 'amd']);
  expect(labels('left')).toEqual(['diabetic-retinopathy']);
});
