import type { CSSProperties, Ref } from 'react';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PictureState } from '../../pictures/use-picture.ts';
import type { useEvidence } from '../evidence/use-evidence.tsx';
import { EYES, type Eye } from '../reading-query.ts';
import type { usePrior } from '../use-prior.tsx';
import { type Adjustments, filterOf } from './adjustments.ts';
import { LinkedViewers } from './linked-viewers.ts';
import './viewer.css';

const LETTERS: Readonly<Record<Eye, string>> = { right: 'R', left: 'L' };

/** What a well says where it shows no photograph. */
function RingText({ picture }: { readonly picture: PictureState | null }) {
  const t = useTranslations('patient');
  if (picture === null) return t('noPhotograph');
  switch (picture.state) {
    case 'erased':
      return t('erased');
    case 'failed':
      return t('unavailable');
    case 'rendering':
      return t('rendering');
    default:
      return '';
  }
}

/** What the tools and the keys ask of the viewer. */
export type ViewerHandle = Pick<LinkedViewers, 'fit' | 'actualPixels' | 'zoom' | 'pan' | 'isFit'>;

/** Both eyes, the right one on the reader's left, in every state and language. */
export function Viewer({
  pictures,
  adjustments,
  isLinked,
  evidence,
  prior,
  onScale,
  ref,
}: {
  readonly pictures: Readonly<Record<Eye, PictureState | null>>;
  readonly adjustments: Adjustments;
  readonly isLinked: boolean;
  readonly evidence: ReturnType<typeof useEvidence>;
  readonly prior: ReturnType<typeof usePrior>;
  readonly onScale: (scale: number) => void;
  readonly ref: Ref<ViewerHandle>;
}) {
  const t = useTranslations();
  const wells = { right: useRef<HTMLDivElement>(null), left: useRef<HTMLDivElement>(null) };
  const [viewers, setViewers] = useState<LinkedViewers | null>(null);
  const tellScale = useEffectEvent((scale: number) => onScale(scale));
  const { right, left } = wells;
  useEffect(() => {
    if (right.current === null || left.current === null) return;
    const made = new LinkedViewers({ right: right.current, left: left.current }, (scale) => tellScale(scale));
    setViewers(made);
    return () => made.stop();
  }, [right, left]);
  useImperativeHandle(ref, () => viewers as ViewerHandle, [viewers]);
  const addressOf = (eye: Eye) => {
    const picture = pictures[eye];
    return picture?.state === 'shown' ? picture.address : null;
  };
  const [rightAddress, leftAddress] = [addressOf('right'), addressOf('left')];
  useEffect(() => {
    viewers?.show('right', rightAddress);
    viewers?.show('left', leftAddress);
  }, [viewers, rightAddress, leftAddress]);
  // A map lies over the photograph that it was made of, and no other.
  const rightMap = prior.isShown ? null : evidence.maps.right;
  const leftMap = prior.isShown ? null : evidence.maps.left;
  useEffect(() => {
    viewers?.lay('right', rightMap);
    viewers?.lay('left', leftMap);
  }, [viewers, rightMap, leftMap]);
  useEffect(() => viewers?.link(isLinked), [viewers, isLinked]);
  const filter = filterOf(adjustments);
  return (
    <div className="eyes" dir="ltr" style={{ '--evidence': evidence.strength } as CSSProperties}>
      <svg className="unseen" aria-hidden="true" focusable="false">
        <filter id="red-free" colorInterpolationFilters="sRGB">
          <feColorMatrix values=".1 .9 0 0 0 .1 .9 0 0 0 .1 .9 0 0 0 0 0 0 1 0" />
        </filter>
      </svg>
      {EYES.map((eye) => (
        <figure
          key={eye}
          className={`eye-${eye}`}
          aria-label={t(`eye.${eye}`)}
          data-shown={addressOf(eye) !== null}
        >
          <div ref={wells[eye]} className="well" style={{ filter }} />
          {addressOf(eye) === null && (
            <p className="ring" role="status">
              <RingText picture={pictures[eye]} />
            </p>
          )}
          <figcaption>
            <b aria-hidden="true">{LETTERS[eye]}</b>
            <small>{t(`eye.${eye}`)}</small>
          </figcaption>
          {prior.isShown ? prior.captions[eye] : evidence.captions[eye]}
        </figure>
      ))}
    </div>
  );
}
