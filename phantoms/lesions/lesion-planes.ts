import { Plane } from '../drawing/plane.ts';

/** Lesions by the colour that they give the retina, 255 for a full cover. A plane exists only where it is needed. */
export class LesionPlanes {
  readonly size: number;
  /** Lipid and drusen: yellow, behind the vessels. */
  yellow: Plane | null = null;
  /** Swollen nerve fibres: white, before the vessels. */
  white: Plane | null = null;
  /** Melanin: dark grey-brown, behind the vessels. */
  pigment: Plane | null = null;
  /** Blood outside of the vessels: dark red. */
  blood: Plane | null = null;

  constructor(size: number) {
    this.size = size;
  }

  plane(colour: 'yellow' | 'white' | 'pigment' | 'blood'): Plane {
    this[colour] ??= new Plane(this.size);
    return this[colour];
  }
}
