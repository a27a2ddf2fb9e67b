import { describe, expect, it } from 'vitest';
import {
  draftOf,
  gradesOf,
  missingGrade,
  UNGRADED,
  UNGRADED_EYES,
  withFinding,
  withNextMacula,
  withoutQuality,
  withRetinopathy,
} from './grades.ts';

const BOTH = ['right', 'left'] as const;

describe('grades that are being said', () => {
  it('are sent of the eyes that were spoken of, each its own', () => {
    const right = withNextMacula(withRetinopathy(UNGRADED, 2), 'icdr');
    const left = withFinding(withRetinopathy(UNGRADED, 0), 'amd');
    expect(gradesOf({ right, left }, 'icdr')).toEqual({
      right: {
        ...{ quality: 'gradable', grade: { scheme: 'icdr', retinopathy: 2 }, oedema: 'suspected' },
        findings: [],
      },
      left: {
        ...{ quality: 'gradable', grade: { scheme: 'icdr', retinopathy: 0 }, oedema: null },
        findings: ['amd'],
      },
    });
    expect(gradesOf({ ...UNGRADED_EYES, right }, 'icdr')?.left).toBeNull();
    expect(gradesOf(UNGRADED_EYES, 'icdr')).toBeNull();
  });

  it('are taken back by the same key', () => {
    expect(withRetinopathy(withRetinopathy(UNGRADED, 3), 3)).toEqual(UNGRADED);
    expect(withoutQuality(withoutQuality(UNGRADED))).toEqual(UNGRADED);
    expect(withFinding(withFinding(UNGRADED, 'amd'), 'amd')).toEqual(UNGRADED);
  });

  it('do not outlast that the eye is called ungradable', () => {
    const graded = withNextMacula(withRetinopathy(UNGRADED, 1), 'icdr');
    expect(gradesOf({ left: withoutQuality(graded), right: UNGRADED }, 'icdr')?.left).toEqual({
      ...{ quality: 'ungradable', grade: null, oedema: null, findings: [] },
    });
    expect(withRetinopathy(withoutQuality(graded), 4)).toMatchObject({
      quality: 'gradable',
      retinopathy: 4,
    });
  });

  it('by the English scheme are whole with maculopathy alone', () => {
    const half = withRetinopathy(UNGRADED, 3);
    const scheme = { scheme: 'r-m', required: false } as const;
    expect(missingGrade({ left: UNGRADED, right: half }, BOTH, scheme)).toBe('right');
    const whole = withNextMacula(half, 'r-m');
    expect(missingGrade({ left: UNGRADED, right: whole }, BOTH, scheme)).toBeNull();
    const said = gradesOf({ left: UNGRADED, right: withNextMacula(whole, 'r-m') }, 'r-m')?.right;
    expect(said?.grade).toEqual({ scheme: 'r-m', retinopathy: 'R3A', maculopathy: 'M1' });
  });

  it('are missed, the right eye first, where the program demands them of each photographed eye', () => {
    const demanded = { scheme: 'icdr', required: true } as const;
    expect(missingGrade(UNGRADED_EYES, BOTH, demanded)).toBe('right');
    const right = withoutQuality(UNGRADED);
    expect(missingGrade({ ...UNGRADED_EYES, right }, BOTH, demanded)).toBe('left');
    expect(missingGrade({ ...UNGRADED_EYES, right }, ['right'], demanded)).toBeNull();
  });

  it('go on from what was said before', () => {
    const said = {
      quality: 'gradable',
      grade: { scheme: 'r-m', retinopathy: 'R2', maculopathy: 'M0' },
      oedema: null,
      findings: ['glaucoma'],
    } as const;
    const draft = draftOf({ ...said, findings: [...said.findings] });
    expect(gradesOf({ left: draft, right: UNGRADED }, 'r-m')?.left).toEqual(said);
  });
});
