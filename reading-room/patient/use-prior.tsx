import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { usePicture } from '../pictures/use-picture.ts';
import { priorPhotograph } from './prior-photograph.ts';
import { priorQuery } from './prior-query.ts';
import type { ExamPath, Eye, TaggedReading } from './reading-query.ts';

/** A key held longer than this shows the prior visit while it is held. */
const HELD_MILLISECONDS = 400;

/** A day in the reader's own form. */
export function useDayText(): (day: string) => string {
  const format = useFormatter();
  return (day) => format.dateTime(new Date(`${day}T00:00:00Z`), { dateStyle: 'medium', timeZone: 'UTC' });
}

/**
 * The latest earlier visit in the place of the present one, while it is asked for. Both photographs are loaded before, so that
 * prior and present can be flicked.
 *
 * @param shown which photograph of each eye is shown
 */
export function usePrior(
  path: ExamPath,
  { reading, tag }: TaggedReading,
  shown: Readonly<Record<Eye, number>>,
) {
  const t = useTranslations('prior');
  const dayText = useDayText();
  const { data } = useQuery(priorQuery(path, tag));
  const [isOn, turn] = useState(false);
  const pressed = useRef(0);
  const last =
    data?.find(({ photographs }) => photographs.right.length + photographs.left.length > 0) ?? null;
  const photographOf = (eye: Eye) => {
    const field = reading.photographs[eye][shown[eye]]?.field ?? null;
    const image = last && priorPhotograph(last, eye, field);
    return last === null || image === null ? null : { ...path, exam: last.exam, image };
  };
  const pictures = {
    right: usePicture(photographOf('right'), 'rendition', tag),
    left: usePicture(photographOf('left'), 'rendition', tag),
  };
  useEffect(() => {
    const release = ({ key }: KeyboardEvent) => {
      const isHeld = pressed.current > 0 && performance.now() - pressed.current > HELD_MILLISECONDS;
      if (key.toLowerCase() !== 'p' || pressed.current === 0) return;
      pressed.current = 0;
      if (isHeld) turn(false);
    };
    window.addEventListener('keyup', release);
    return () => window.removeEventListener('keyup', release);
  }, []);
  const toggle = () => {
    if (last !== null) turn((now) => !now);
  };
  const isShown = isOn && last !== null;
  const caption: ReactNode = isShown && (
    <p className="prior-caption">{t('shown', { day: dayText(last.day) })}</p>
  );
  return {
    isThere: last !== null,
    isShown,
    toggle,
    /** The key: pressed it toggles, held it shows while it is held. */
    press: (event: KeyboardEvent) => {
      if (event.repeat) return;
      pressed.current = performance.now();
      toggle();
    },
    pictures,
    captions: { right: caption, left: caption },
  };
}
