import type { Decoders, DecodingContract } from '../../decoding/index.ts';
import type { DrawnEye } from '../../model/evidence/judgement/judge-maps.ts';

/** What names the drawn patients: the same every time. */
export const DRAWN_SEED = 'evidence-maps';
/** Width and height of a drawn photograph, in pixels. */
const SIZE = 512;
/** Levels of red or green by which a pixel must differ to show the disease. */
const VISIBLE = 12;

/** Pixels that differ between two pictures of one eye. */
function differing(sick: Uint8Array, well: Uint8Array, size: number): Uint8Array {
  return Uint8Array.from({ length: size * size }, (_, pixel) => {
    const by = [0, 1].map((channel) =>
      Math.abs((sick[pixel * 3 + channel] ?? 0) - (well[pixel * 3 + channel] ?? 0)),
    );
    return Math.max(...by) > VISIBLE ? 1 : 0;
  });
}

/**
 * Draws patients who have one disease, and the same patients without it: where the two differ, the disease lies. Half of them
 * are photographed with the disc in the middle, so that a map which always points to the middle is found out.
 *
 * @param patients of each disease
 * @param pixels contract and side of the model's pictures
 */
export async function* drawnDiseases(
  decoders: Decoders,
  patients: number,
  { contract, side }: { readonly contract: DecodingContract; readonly side: number },
): AsyncGenerator<DrawnEye> {
  const { describePatient, DISEASES, encodeJpeg, renderEye } = await import('../../phantoms/index.ts');
  const healthy = Object.fromEntries(DISEASES.map((disease) => [disease, 0]));
  const defects = { outOfFocus: 0, tooDark: 0, tooBright: 0, missingEye: 0 };
  type Plan = ReturnType<typeof describePatient>;
  async function pixelsOf({ traits, ...plan }: Plan, eye: 'left' | 'right'): Promise<Uint8Array | null> {
    const eyePlan = plan[eye];
    if (eyePlan === null) return null;
    const picture = await renderEye(eyePlan, traits, SIZE);
    const jpeg = await encodeJpeg(picture, traits.camera.jpegQuality);
    return (await decoders.decode(jpeg, { contract, sides: [side] })).squares[0] ?? null;
  }
  for (const disease of DISEASES) {
    for (let index = 1; index <= patients; index += 1) {
      const plan = { seed: DRAWN_SEED, index, defects, centring: index % 2 };
      const withDisease = describePatient({ ...plan, prevalence: { ...healthy, [disease]: 1 } });
      const without = describePatient({ ...plan, prevalence: healthy });
      // Of a patient one eye: two eyes of one person are no two cases.
      const eye = withDisease.left?.truth.labels.includes(disease) ? 'left' : 'right';
      const [sick, well] = [await pixelsOf(withDisease, eye), await pixelsOf(without, eye)];
      if (sick === null || well === null) continue;
      yield { eye, disease, sick, well, places: { size: side, mask: differing(sick, well, side) } };
    }
  }
}
