import type { RetinaPoint } from './eye-anatomy.ts';

/** The direction, in radians, in which a vessel at this place wants to go. */
export type Course = (x: number, y: number) => number;

/**
 * A temporal arcade: from the disc in an ellipse round the fovea, opening outwards once the fovea is passed.
 *
 * @param side -1 for the superior arcade, 1 for the inferior one
 */
export function arcadeCourse(fovea: RetinaPoint, width: number, height: number, side: 1 | -1): Course {
  return (x, y) => {
    const dx = (x - fovea.x) / width;
    const dy = (y - fovea.y) / height;
    const around = Math.hypot(dx, dy);
    const tangentX = (-side * dy * width) / around;
    const tangentY = (side * dx * height) / around;
    const wanted = 1 + 0.45 * Math.max(0, -dx - 0.1);
    const pull = 2.2 * (wanted - around);
    return Math.atan2(tangentY + (pull * dy) / around, tangentX + (pull * dx) / around);
  };
}

/** Away from a point. */
export function awayCourse(from: RetinaPoint, turn = 0): Course {
  return (x, y) => Math.atan2(y - from.y, x - from.x) + turn;
}

/** Towards the fovea, aimed a little past it, so that the branches end around it as a ring. */
export function foveaCourse(fovea: RetinaPoint, miss: number): Course {
  return (x, y) => {
    const angle = Math.atan2(fovea.y - y, fovea.x - x);
    return angle + Math.atan2(miss, Math.hypot(fovea.x - x, fovea.y - y) + 0.1);
  };
}

/** Straight on in one direction. */
export function fixedCourse(angle: number): Course {
  return () => angle;
}
