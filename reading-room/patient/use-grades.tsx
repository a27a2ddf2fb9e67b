import { type ReactNode, useEffect, useState } from 'react';
import {
  type EyeDraft,
  type EyeDrafts,
  isGraded,
  withNextMacula,
  withoutQuality,
  withRetinopathy,
} from '../verdict/grades.ts';
import { FindingSheet } from './finding-sheet.tsx';
import { GradeEye } from './grade-eye.tsx';
import { EYES, type Eye, type Reading } from './reading-query.ts';
import type { Trouble } from './use-verdict.ts';

const PLACES = [0, 1, 2, 3, 4] as const;

const fellow = (eye: Eye): Eye => (eye === 'right' ? 'left' : 'right');

/**
 * The grades of both eyes: whose turn it is, what keys do, and what stands under each photograph. Grading starts with the
 * right eye; an eye that is graded by its key gives the turn to the other one.
 *
 * @param isOpen whether the reader may say anything now
 * @param needed what the last try to save lacked
 */
export function useGrades({
  reading,
  eyes,
  grade,
  isOpen,
  needed,
}: {
  readonly reading: Reading;
  readonly eyes: EyeDrafts;
  readonly grade: (eye: Eye, draft: EyeDraft) => void;
  readonly isOpen: boolean;
  readonly needed: Trouble | null;
}) {
  const { grading, photographs } = reading;
  const hasPhotograph = (eye: Eye) => photographs[eye].length > 0;
  const [turn, setTurn] = useState<Eye>(EYES.find(hasPhotograph) ?? 'right');
  const [found, openFindings] = useState<Eye | null>(null);
  const missing = needed?.is === 'needs-grade' ? needed.eye : null;
  useEffect(() => {
    if (missing !== null) setTurn(missing);
  }, [missing]);

  const isGradable = isOpen && hasPhotograph(turn);
  /** By a key: the other eye comes next, once this one has its grade. */
  const say = (draft: EyeDraft) => {
    if (!isGradable) return;
    grade(turn, draft);
    const other = fellow(turn);
    if (isGraded(draft, grading.scheme) && hasPhotograph(other)) setTurn(other);
  };
  const choose = (eye: Eye) => () => {
    if (hasPhotograph(eye)) setTurn(eye);
  };
  const keys: Record<string, (() => void) | undefined> = {
    ...Object.fromEntries(
      PLACES.map((place) => [String(place), () => say(withRetinopathy(eyes[turn], place))]),
    ),
    '9': () => say(withoutQuality(eyes[turn])),
    o: () => {
      if (isGradable) grade(turn, withNextMacula(eyes[turn], grading.scheme));
    },
    t: () => {
      if (isGradable && grading.labels.length > 0) openFindings(turn);
    },
    r: choose('right'),
    l: choose('left'),
  };

  const of = (eye: Eye): ReactNode =>
    hasPhotograph(eye) && (
      <GradeEye
        eye={eye}
        draft={eyes[eye]}
        grading={grading}
        isTurn={turn === eye}
        isDisabled={!isOpen}
        onTurn={choose(eye)}
        onGrade={(draft) => grade(eye, draft)}
        onFindings={() => openFindings(eye)}
      />
    );
  const sheet: ReactNode = found !== null && (
    <FindingSheet
      eye={found}
      draft={eyes[found]}
      labels={grading.labels}
      onGrade={(draft) => grade(found, draft)}
      onClose={() => openFindings(null)}
    />
  );
  return { turn, keys, of, sheet };
}
