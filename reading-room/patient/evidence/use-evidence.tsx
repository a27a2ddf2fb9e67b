import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { labelText } from '../../outcome/label.ts';
import type { ExamPath, Eye, TaggedReading } from '../reading-query.ts';
import { mapPicture } from './map-picture.ts';
import { type EvidenceMap, mapQuery } from './map-query.ts';
import { mappedFindings } from './mapped-findings.ts';

/** A map as it is laid over a photograph. */
export interface LaidMap {
  readonly picture: HTMLCanvasElement;
  readonly box: EvidenceMap['box'];
}

/** The strength that the key gives. */
const USUAL = 0.5;
const STEP = 0.1;

/** The map of the photograph that an eye shows, and what is said under it. */
function useEyeMap(
  path: ExamPath,
  { reading, tag }: TaggedReading,
  eye: Eye,
  image: string | null,
  isOn: boolean,
) {
  const t = useTranslations();
  const findings = useMemo(() => mappedFindings(reading.result?.findings ?? [], eye), [reading, eye]);
  const [place, choose] = useState(0);
  const finding = findings[place];
  const query = useQuery({
    ...mapQuery(path, image ?? '', finding ?? { ...NONE, level: eye }, tag),
    enabled: isOn && image !== null && finding !== undefined,
  });
  const answer = isOn ? query.data : undefined;
  const map = answer !== undefined && 'map' in answer ? answer.map : null;
  const laid = useMemo<LaidMap | null>(
    () => (map === null ? null : { picture: mapPicture(map), box: map.box }),
    [map],
  );
  const state = () => {
    if (finding === undefined) return t('evidence.noFinding');
    if (query.isError) return t('evidence.failed');
    if (answer === undefined) return t('evidence.loading');
    return map === null ? t('evidence.none') : null;
  };
  const said = state();
  const caption: ReactNode = isOn && image !== null && (
    <div className="evidence-caption">
      {findings.length > 1 ? (
        <select
          aria-label={t('evidence.finding', { eye: t(`eye.${eye}`) })}
          value={place}
          onChange={({ target }) => choose(Number(target.value))}
        >
          {findings.map(({ head, label }, index) => (
            <option key={`${head} ${label}`} value={index}>
              {labelText(label, t)}
            </option>
          ))}
        </select>
      ) : (
        finding !== undefined && <span>{labelText(finding.label, t)}</span>
      )}
      {said === null ? (
        <span className="evidence-scale">
          {t('evidence.weak')}
          <i aria-hidden="true" />
          {t('evidence.strong')}
        </span>
      ) : (
        <span>{said}</span>
      )}
    </div>
  );
  return { laid, caption };
}

const NONE = { image: null, head: '', label: '', probability: 0, threshold: 1, positive: false } as const;

/**
 * Evidence maps over both eyes: off at each patient until they are asked for.
 *
 * @param images keys of the photographs that are shown
 */
export function useEvidence(
  path: ExamPath,
  seen: TaggedReading,
  images: Readonly<Record<Eye, string | null>>,
) {
  const [strength, setStrength] = useState(0);
  const isOn = strength > 0;
  const right = useEyeMap(path, seen, 'right', images.right, isOn);
  const left = useEyeMap(path, seen, 'left', images.left, isOn);
  const isThere = seen.reading.result !== null;
  const change = (value: number) =>
    setStrength(isThere ? Math.round(Math.min(1, Math.max(0, value)) * 10) / 10 : 0);
  return {
    /** Whether there is anything to be shown: a blinded reader has no maps. */
    isThere,
    /** 0: off, to 1. */
    strength,
    change,
    toggle: () => change(isOn ? 0 : USUAL),
    step: (steps: number) => change(strength + steps * STEP),
    maps: { right: right.laid, left: left.laid },
    captions: { right: right.caption, left: left.caption },
  };
}
