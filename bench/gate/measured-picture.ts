import { withoutWhiteFrame } from '../../decoding/field-of-view/white-frame.ts';
import { findField } from '../../judging/field.ts';
import { reasonOf } from '../../judging/judge.ts';
import { gateFeatures } from '../../judging/learned-gate/features.ts';
import { measureRetina } from '../../judging/retina.ts';
import { decideField, lookForField } from '../../judging/shown-field/shown-field.ts';
import { planesOf, type Square } from '../../judging/square.ts';

/** What the gate reads of a picture, and what its rules say without it. */
export function measuredPicture(square: Square) {
  const planes = planesOf(square);
  const field = findField(withoutWhiteFrame(planes), square);
  const retina = measureRetina(planes, field ?? { radii: new Float32Array(planes.green.length) });
  const sight = field && lookForField(planes.green, field.ellipse);
  return {
    field,
    sight,
    features: gateFeatures({ planes, field, retina, sight }),
    rules: reasonOf(field, retina),
    shown: sight && decideField(sight),
  };
}
