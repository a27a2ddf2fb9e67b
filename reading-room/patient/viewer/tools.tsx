import { useTranslations } from 'use-intl';
import { Icon, type IconName } from '../../frame/icon.tsx';
import type { useEvidence } from '../evidence/use-evidence.tsx';
import type { usePrior } from '../use-prior.tsx';
import { type Adjustments, RANGE } from './adjustments.ts';
import type { ViewerHandle } from './viewer.tsx';

interface ToolsOptions {
  readonly viewer: () => ViewerHandle | null;
  readonly scale: number | null;
  readonly isLinked: boolean;
  readonly onLink: () => void;
  readonly adjustments: Adjustments;
  readonly onAdjust: (adjustments: Adjustments) => void;
  readonly evidence: ReturnType<typeof useEvidence>;
  readonly prior: ReturnType<typeof usePrior>;
}

function Tool({
  icon,
  name,
  cap,
  isOn,
  isNamed = false,
  onClick,
}: {
  readonly icon: IconName;
  readonly name: string;
  readonly cap?: string;
  readonly isOn?: boolean;
  readonly isNamed?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      className="button plain"
      aria-pressed={isOn}
      aria-label={isNamed ? undefined : name}
      title={name}
      onClick={onClick}
    >
      <Icon name={icon} />
      {isNamed && name}
      {cap !== undefined && <kbd aria-hidden="true">{cap}</kbd>}
    </button>
  );
}

function Slider({
  icon,
  name,
  range = RANGE,
  value,
  onChange,
}: {
  readonly icon?: IconName;
  readonly name: string;
  readonly range?: { readonly least: number; readonly most: number; readonly step: number };
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  return (
    <label title={name}>
      {icon !== undefined && <Icon name={icon} />}
      <input
        type="range"
        aria-label={name}
        min={range.least}
        max={range.most}
        step={range.step}
        value={value}
        onChange={({ target }) => onChange(Number(target.value))}
      />
    </label>
  );
}

/** How both photographs are looked at. */
export function Tools({
  viewer,
  scale,
  isLinked,
  onLink,
  adjustments,
  onAdjust,
  evidence,
  prior,
}: ToolsOptions) {
  const t = useTranslations('patient');
  const { isRedFree, isInverted, contrast, brightness } = adjustments;
  return (
    <div className="tools" role="toolbar" aria-label={t('viewer')}>
      <Tool icon="fit" name={t('fit')} cap="Z" onClick={() => viewer()?.fit()} />
      <button
        type="button"
        className="button plain"
        title={t('actual')}
        onClick={() => viewer()?.actualPixels()}
      >
        1:1
        <span className="unseen">{t('actual')}</span>
      </button>
      <span className="divide" />
      <Tool icon="minus" name={t('smaller')} onClick={() => viewer()?.zoom(-1)} />
      <span className="scale">{scale === null ? '–' : `${Math.round(scale * 100)} %`}</span>
      <Tool icon="plus" name={t('larger')} onClick={() => viewer()?.zoom(1)} />
      <Tool icon="link" name={t('linked')} cap="S" isOn={isLinked} onClick={onLink} />
      <span className="divide" />
      <Tool
        icon="redFree"
        name={t('redFree')}
        cap="G"
        isOn={isRedFree}
        isNamed
        onClick={() => onAdjust({ ...adjustments, isRedFree: !isRedFree })}
      />
      <Tool
        icon="invert"
        name={t('invert')}
        cap="I"
        isOn={isInverted}
        onClick={() => onAdjust({ ...adjustments, isInverted: !isInverted })}
      />
      <Slider
        icon="contrast"
        name={t('contrast')}
        value={contrast}
        onChange={(value) => onAdjust({ ...adjustments, contrast: value })}
      />
      <Slider
        icon="sun"
        name={t('brightness')}
        value={brightness}
        onChange={(value) => onAdjust({ ...adjustments, brightness: value })}
      />
      {prior.isThere && (
        <>
          <span className="divide" />
          <Tool icon="prior" name={t('prior')} cap="P" isOn={prior.isShown} isNamed onClick={prior.toggle} />
        </>
      )}
      {evidence.isThere && (
        <>
          <span className="divide" />
          <Tool
            icon="evidence"
            name={t('evidence')}
            cap="E"
            isOn={evidence.strength > 0}
            isNamed
            onClick={evidence.toggle}
          />
          <Slider
            name={t('evidenceStrength')}
            range={{ least: 0, most: 1, step: 0.1 }}
            value={evidence.strength}
            onChange={evidence.change}
          />
        </>
      )}
    </div>
  );
}
