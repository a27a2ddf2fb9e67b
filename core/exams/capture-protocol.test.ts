import { describe, expect, it } from 'vitest';
import { preparedFacts } from '../testing/records.ts';
import { captureProtocolSchema, requiredFields } from './capture-protocol.ts';
import type { ExamImage } from './exam-image.ts';
import type { Field } from './field.ts';
import type { Laterality } from './laterality.ts';
import { fieldsNotShown, missingFields } from './missing-fields.ts';

describe('a capture protocol', () => {
  it('asks for the macula, for macula and disc, or for fields of its own', () => {
    expect(requiredFields('one-field')).toEqual(['macula']);
    expect(requiredFields('two-field')).toEqual(['macula', 'disc']);
    const own = captureProtocolSchema.parse({ name: 'wide', fields: ['other', 'macula'] });
    expect(requiredFields(own)).toEqual(['other', 'macula']);
  });

  it.each([
    ['a name that is not known', 'three-field'],
    ['a field twice', { name: 'own', fields: ['macula', 'macula'] }],
    ['no macula', { name: 'own', fields: ['disc'] }],
    ['no field', { name: 'own', fields: [] }],
    ['an unknown field', { name: 'own', fields: ['macula', 'iris'] }],
    ['no name', { name: '', fields: ['macula'] }],
  ])('is refused with %s', (_, protocol) => {
    expect(captureProtocolSchema.safeParse(protocol).success).toBe(false);
  });
});

function image(laterality: Laterality, field: Field | null, change: Partial<ExamImage> = {}): ExamImage {
  const name = `${laterality}-${field}-${change.state ?? 'current'}`;
  return {
    ...{ key: `images/north/P1/1/${name}.jpg`, versionId: name, bytes: 1, order: name },
    ...{ sha256: Buffer.from(name.padEnd(32)).toString('hex').slice(0, 64), laterality, field },
    ...{ state: 'current', prepared: preparedFacts(laterality), ...change },
  };
}

const ungradable = {
  ...preparedFacts('left'),
  pixelsSha256: null,
  quality: { gradable: false as const, reason: 'too-dark' as const, measurements: {} },
};

describe('the fields that an exam lacks', () => {
  it('are those of each eye that no image shows; without a word it shows the macula', () => {
    const images = [image('left', null), image('right', 'disc'), image('right', 'macula')];
    const fields = ['macula', 'disc'] as const;
    expect(missingFields({ images }, fields)).toEqual({ left: ['disc'], right: [] });
    expect(missingFields({ images: [image('right', 'disc')] }, fields)).toEqual({
      left: ['macula', 'disc'],
      right: ['macula'],
    });
    expect(fieldsNotShown(['macula', 'other'], ['disc', 'other'])).toEqual(['macula']);
  });

  it.each<[string, Partial<ExamImage>]>([
    ['is ungradable', { prepared: ungradable }],
    ['was replaced', { state: 'replaced' }],
    ['was withdrawn', { state: 'withdrawn' }],
    ['is being prepared', { prepared: undefined }],
  ])('count an image that %s as none', (_, change) => {
    const images = [image('left', 'macula', change), image('right', 'macula')];
    expect(missingFields({ images }, ['macula'])).toEqual({ left: ['macula'], right: [] });
  });
});
