import { describe, expect, it } from 'vitest';
import { folderLevels } from './folder-level.ts';
import { folderRoles } from './folder-roles.ts';

const roles = (path: string, hasPatient = false) =>
  folderRoles(path === '' ? [] : folderLevels(path.split('/'), () => new Set()), hasPatient);

describe('the parts of the folders above a file', () => {
  it.each([
    ['', ''],
    ['P7', '{patient}/'],
    ['north/P7', '{clinic}/{patient}/'],
    ['north/camera1/P7', '{clinic}/{clinic}/{patient}/'],
    ['P7/camera1', '{patient}/{clinic}/'],
    ['2026-11-20/P7/left', '{date}/{patient}/{eye}/'],
    ['2026/P7/disc', '{date}/{patient}/{field}/'],
    ['images/P7/visit 2', '{ignore}/{patient}/{exam}/'],
    ['P7 2026-11-20', '{patient}_{date}/'],
    ['P8 2026-11-20/P7', '{clinic}/{patient}/'],
  ])('%s are %s', (path, template) => {
    expect(roles(path).template).toBe(template);
  });

  it('names are clinics where the file’s own name is the patient', () => {
    expect(roles('north/east', true).template).toBe('{clinic}/{clinic}/');
    expect(roles('P8 2026-11-20', true).template).toBe('{clinic}/');
  });
});

describe('what folders tell', () => {
  it('the innermost name is the patient, the name above it may be', () => {
    expect(roles('south/north/2026/P7/left')).toMatchObject({ patient: 'P7', above: 'north' });
    expect(roles('P7')).toMatchObject({ patient: 'P7', above: null });
    expect(roles('2026/left')).toMatchObject({ patient: null, above: null });
  });

  it('the innermost visit and the innermost date', () => {
    expect(roles('visit 1/P7/visit 2')).toMatchObject({ visit: 'visit 2', when: null, monthFirst: null });
    expect(roles('2025/P7/2026-11-20')).toMatchObject({ visit: null, when: '2026-11-20', monthFirst: null });
    expect(roles('2026-11-20/P7/2025')).toMatchObject({ when: '2025', monthFirst: null });
    expect(roles('P7/03-04-2026')).toMatchObject({ when: '2026-04-03', monthFirst: '2026-03-04' });
  });

  it('the patient’s folder’s own date before that of a folder', () => {
    expect(roles('03-04-2026/P7 2026-11-20')).toMatchObject({ when: '2026-11-20', monthFirst: null });
    expect(roles('2025/P7 03-04-2026')).toMatchObject({ when: '2026-04-03', monthFirst: '2026-03-04' });
  });
});
