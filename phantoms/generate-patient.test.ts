import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { generatePatient } from './generate-patient.ts';
import { describePatient } from './patient/describe-patient.ts';

describe('generatePatient', () => {
  it('gives the same bytes for the same seed and index, whatever was drawn before', async () => {
    const draw = () => generatePatient({ seed: 'same', index: 7, size: 256 });
    const first = await draw();
    await generatePatient({ seed: 'same', index: 2, size: 256 });
    const [again, beside] = await Promise.all([draw(), draw()]);
    for (const other of [again, beside]) {
      expect(other.left?.jpeg.equals(first.left?.jpeg ?? Buffer.alloc(0))).toBe(true);
      expect(other.right?.jpeg.equals(first.right?.jpeg ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('draws another patient for another index or seed', async () => {
    const draws = await Promise.all([
      generatePatient({ seed: 'x', index: 1, size: 128, defects: { missingEye: 0 } }),
      generatePatient({ seed: 'x', index: 2, size: 128, defects: { missingEye: 0 } }),
      generatePatient({ seed: 'y', index: 1, size: 128, defects: { missingEye: 0 } }),
    ]);
    expect(new Set(draws.map((drawn) => drawn.left?.jpeg.toString('base64'))).size).toBe(3);
  });

  it('tells the truth that describePatient tells without drawing', async () => {
    const options = { seed: 'truth', index: 4, prevalence: { amd: 1, cataract: 1 } };
    const drawn = await generatePatient({ ...options, size: 128 });
    const plan = describePatient(options);
    expect(drawn.patient).toBe('phantom-000004');
    expect(drawn.truth).toEqual(plan.truth);
    expect(drawn.left?.truth).toEqual(plan.left?.truth);
    expect(drawn.right?.truth).toEqual(plan.right?.truth);
  });

  it.each([576, 64])('draws JPEGs of %d pixels', async (size) => {
    const { left, right } = await generatePatient({ seed: 's', index: 0, size });
    for (const eye of [left, right]) {
      if (eye === null) continue;
      const { format, width, height } = await sharp(eye.jpeg).metadata();
      expect({ format, width, height }).toEqual({ format: 'jpeg', width: size, height: size });
    }
  });

  it('leaves out the eye that was not photographed', async () => {
    const drawn = await generatePatient({ seed: 's', index: 0, size: 64, defects: { missingEye: 1 } });
    expect([drawn.left, drawn.right].filter((eye) => eye === null)).toHaveLength(1);
  });
});
