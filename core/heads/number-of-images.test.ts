import { describe, expect, it } from 'vitest';
import { readSeveral } from './several-images.ts';

const HEALTHY_EYES = 40_000;
/** How the logits of two images of an eye correlate. */
const CORRELATION = 0.8;
/** Of one image, 85% of a normal distribution lie below. */
const THRESHOLD = 1.0364;

/** Draws from the normal distribution, always the same (Box and Muller 1958; a generator of Lehmer's kind). */
function normalDraws(): () => number {
  let state = 20_240_511;
  const uniform = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const READOUT = { kind: 'multi-label', labels: [{ name: 'amd', calibration: { kind: 'none' } }] } as const;

/** Share of healthy eyes that stay below the threshold: by the rule, and by a maximum over images. */
function specificityOf(images: number): { readonly mean: number; readonly maximum: number } {
  const draw = normalDraws();
  const limit = 1 / (1 + Math.exp(-THRESHOLD));
  let [mean, maximum] = [0, 0];
  for (let eye = 0; eye < HEALTHY_EYES; eye += 1) {
    const shared = Math.sqrt(CORRELATION) * draw();
    const logits = Array.from({ length: images }, () => shared + Math.sqrt(1 - CORRELATION) * draw());
    const scored = logits.map((logit, index) => ({
      ...{ image: `image-${index}`, field: 'macula' as const, scores: [logit] },
    }));
    if ((readSeveral(READOUT, scored)[0]?.probability ?? 1) < limit) mean += 1;
    if (Math.max(...logits) < THRESHOLD) maximum += 1;
  }
  return { mean: mean / HEALTHY_EYES, maximum: maximum / HEALTHY_EYES };
}

/** By numerical integration in Python, over the logit that the images of an eye share. */
describe('a healthy eye, the more often it is photographed', () => {
  it.each([
    [1, 0.85, 0.85],
    [4, 0.87, 0.729],
    [12, 0.874, 0.63],
  ])('of %i images keeps its specificity by the mean, and loses it by a maximum', (images, mean, maximum) => {
    const found = specificityOf(images);
    // Three standard errors of a share of 40,000.
    expect(Math.abs(found.mean - mean)).toBeLessThan(0.006);
    expect(Math.abs(found.maximum - maximum)).toBeLessThan(0.0075);
  });
});
