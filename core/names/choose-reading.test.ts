import { describe, expect, it } from 'vitest';
import { chooseReadings } from './choose-reading.ts';

/** Each name's chosen reading: `patient eye pattern`, marked where the eye is doubtful. */
const chosen = (...paths: string[]) =>
  chooseReadings(
    paths.map((path) => ({
      folder: path.split('/').slice(0, -1).join('/'),
      stem: path.split('/').at(-1) ?? '',
    })),
  ).map((found) =>
    found === null
      ? null
      : `${found.reading.patient} ${found.reading.eye?.word}${found.isEyeDoubtful ? '?' : ''}`,
  );

describe('a clear word is an eye for sure', () => {
  it('before one that may be a name', () => {
    expect(chosen('Smith_R_left')).toEqual(['Smith_R left']);
    expect(chosen('R_left_2', 'L_left_2')).toEqual(['R left', 'L left']);
  });

  it('and no part of a patient, where another reading leaves it out', () => {
    expect(chosen('P1_left_OS')).toEqual(['P1_left OS']);
    expect(chosen('P1_OD_20261120')).toEqual(['P1 OD']);
    expect(chosen('P1_20261120_OD')).toEqual(['P1 OD']);
    expect(chosen('20261120_P1_OD')).toEqual(['P1 OD']);
  });

  it('before a camera’s pattern that is unverified, and before a word that is not known', () => {
    const [found] = chooseReadings([{ folder: '', stem: 'P1_x_20261120_101523_OD_3' }]);
    expect(found?.reading.pattern.unverified).toBe(false);
    const [plain] = chooseReadings([{ folder: '', stem: 'P1_OD_Meyer_OD' }]);
    expect(plain?.reading.unknown).toBeNull();
  });
});

describe('a camera’s unverified pattern', () => {
  const reading = (stem: string) => {
    const [found] = chooseReadings([{ folder: '', stem }]);
    return [found?.reading.pattern.camera, found?.reading.patient, found?.reading.day?.iso];
  };

  it.each([
    ['Optos', '12-20150310@103322-L1-S', '12', '2015-03-10'],
    ['Zeiss', 'P1_x_20261120_101523_OD_sn12', 'P1', '2026-11-20'],
    ['Topcon', 'P1_x_20261120_101523_y_OD_3', 'P1', '2026-11-20'],
    ['Canon', 'P1_20261120_101523_y_OD_3', 'P1', '2026-11-20'],
    ['Eidon', 'P1_x_OD_y_20261120_101523', 'P1', '2026-11-20'],
    ['Remidio', 'P1_x_OD_y_20261120', 'P1', '2026-11-20'],
  ])('of %s explains %s', (camera, stem, patient, day) => {
    expect(reading(stem)).toEqual([camera, patient, day]);
  });

  it('is left for a usual one, even if the patient’s name holds the eye again', () => {
    expect(reading('P1_OD_20261120_101523')).toEqual([null, 'P1', '2026-11-20']);
    expect(reading('P1_x_OD_OD_20261120')).toEqual([null, 'P1_x_OD', '2026-11-20']);
  });

  it('but not where by the usual one the patient’s name holds the other eye', () => {
    expect(reading('P1_x_OS_OD_20261120')[0]).toBe('Remidio');
  });
});

describe('a word that may be a name', () => {
  it('is an eye for sure where the same patient has the other in the same place', () => {
    expect(chosen('Smith_R_1', 'Smith_L_2')).toEqual(['Smith R', 'Smith L']);
    expect(chosen('p1_l', 'p1_r', 'p2_l')).toEqual(['p1 l', 'p1 r', 'p2 l']);
    expect(chosen('Smith_ＲＥ', 'Smith_le')).toEqual(['Smith RE', 'Smith le']);
  });

  it('not where another patient has, or the same in another folder', () => {
    expect(chosen('Smith_R_1', 'Jones_L_2')).toEqual(['Smith R?', 'Jones L?']);
    expect(chosen('a/Smith_R_1', 'b/Smith_L_2')).toEqual(['Smith R?', 'Smith L?']);
    expect(chosen('Smith_R_1', 'Smith_R_2')).toEqual(['Smith R?', 'Smith R?']);
    expect(chosen('P1_le', 'P2_re')).toEqual([null, null]);
  });

  it('not in another place of the name', () => {
    expect(chosen('Smith_RE', 'Smith_LE', 'LE_Jones')).toEqual(['Smith RE', 'Smith LE', null]);
  });

  it('is doubtful as one sign or in capitals', () => {
    expect(chosen('P1_r')).toEqual(['P1 r?']);
    expect(chosen('P1_左')).toEqual(['P1 左?']);
    expect(chosen('P1_RE')).toEqual(['P1 RE?']);
  });

  it.each(['P1_re', 'P1_Re', 'Re_P1', 'RE_P1', 'R_P1', 'P1_ле'])('is none in %s', (stem) => {
    expect(chosen(stem)).toEqual([null]);
  });

  it('in front of a name is an eye only by its fellow, and never as names are written', () => {
    expect(chosen('RE_P1', 'LE_P1')).toEqual(['P1 RE', 'P1 LE']);
    expect(chosen('r_P1', 'l_P1')).toEqual(['P1 r', 'P1 l']);
    expect(chosen('Re_P1', 'Le_P1')).toEqual([null, null]);
    // `LE` and `RE` of another patient say nothing of Le here.
    expect(chosen('Le_Kim', 'LE_P1', 'RE_P1')).toEqual([null, 'P1 LE', 'P1 RE']);
  });

  it('two surnames do not make the same words eyes of another patient', () => {
    expect(chosen('Le_Kim_1', 'Re_Kim_1', 'LE_P1')).toEqual([null, null, null]);
    expect(chosen('Izq_Kim_1', 'Der_Kim_1')).toEqual([null, null]);
  });

  it('alone in a folder is a doubtful eye: there is no name that it could stand before', () => {
    expect(chosen('P7/R_1', 'P8/LE')).toEqual(['null R?', 'null LE?']);
  });

  it('behind a name it is an eye by its fellow, as it is written', () => {
    expect(chosen('P1_Re', 'P1_Le')).toEqual(['P1 Re', 'P1 Le']);
  });
});

describe('among equals', () => {
  it('the pattern that explains most of the folder', () => {
    expect(chosen('left_OD_P1')[0]).not.toBeNull();
    const templates = (...stems: string[]) =>
      chooseReadings(stems.map((stem) => ({ folder: '', stem }))).map(
        (found) => found?.reading.pattern.template,
      );
    expect(templates('20261120_P1_OD', '20261120_P2_OS')).toEqual([
      '{date}[_{time}]_{patient}[_{field}]_{eye}{tail}',
      '{date}[_{time}]_{patient}[_{field}]_{eye}{tail}',
    ]);
    expect(templates('scan')).toEqual([undefined]);
  });
});
