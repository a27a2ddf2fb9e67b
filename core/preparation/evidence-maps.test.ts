import { expect, it } from 'vitest';
import { evidenceKey } from '../keys/prepared-key.ts';
import { imageVersion } from '../testing/records.ts';
import { evidenceBytes, readEvidenceMaps, WHOLE_PICTURE } from './evidence-maps.ts';

const LEFT = imageVersion('left', 1);

/** As this release writes it; stored maps are read for as long as they are kept. */
const STORED = {
  schema: 'evidence-maps/1',
  sha256: LEFT.sha256,
  requestId: 'r1',
  model: 'm1',
  box: WHOLE_PICTURE,
  maps: [
    {
      level: 'left',
      head: 'odir-eye',
      headId: 'h1',
      label: 'amd',
      method: 'combined',
      side: 2,
      values: 'AAD/gA==',
    },
  ],
  withheld: [{ head: 'odir-eye', label: 'cataract', why: 'its maps did not pass their check' }],
};
const content = Buffer.from(JSON.stringify(STORED));

it('is a byte for each place: the most that speaks for the label is 255, what speaks against it nothing', () => {
  expect([...evidenceBytes([-1, 0, 2, 4])]).toEqual([0, 0, 128, 255]);
  expect([...evidenceBytes([-1, -2])]).toEqual([0, 0]);
});

it('is read as it was stored, of its own image and request alone', () => {
  const own = { sha256: LEFT.sha256, requestId: 'r1' };
  expect(readEvidenceMaps(content, own)).toEqual(STORED);
  expect([...Buffer.from(STORED.maps[0]?.values ?? '', 'base64')]).toEqual([0, 0, 255, 128]);
  expect(readEvidenceMaps(content, { ...own, requestId: 'r2' })).toBeUndefined();
  expect(readEvidenceMaps(content, { ...own, sha256: imageVersion('right', 1).sha256 })).toBeUndefined();
  expect(readEvidenceMaps(content.subarray(0, 40), own)).toBeUndefined();
});

it('lies beside what was prepared of its image, so that it goes with it', () => {
  expect(evidenceKey({ ...LEFT, key: 'images/north/P1/2026-05-01/left.jpg', versionId: 'v1' }, 'r1')).toBe(
    'prepared/north/P1/2026-05-01/left.jpg/v1/evidence-1-r1.json',
  );
});
