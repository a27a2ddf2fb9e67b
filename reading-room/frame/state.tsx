import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ApiFault } from '../api/client.ts';
import { Icon, type IconName } from './icon.tsx';

/** What a page shows in place of its content: what happened, what was kept, one thing to do. */
export function State({
  icon,
  title,
  text,
  children,
}: {
  readonly icon?: IconName;
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className="state" role="status">
      {icon !== undefined && <Icon name={icon} />}
      <h2>{title}</h2>
      <p className="quiet">{text}</p>
      {children}
    </div>
  );
}

/** Says that a call failed, and tries it again. */
export function FaultState({ error, onAgain }: { readonly error: Error; readonly onAgain: () => void }) {
  const t = useTranslations('fault');
  // What is closed stays closed, however often it is tried.
  if (error instanceof ApiFault && error.status === 403)
    return <State icon="info" title={t('closed')} text={error.message} />;
  const isLost = error instanceof ApiFault && error.status === 0;
  return (
    <State
      icon={isLost ? 'lost' : 'warn'}
      title={t(isLost ? 'lost' : 'server')}
      text={isLost ? t('lostText') : t('serverText', { detail: error.message })}
    >
      <button type="button" className="button" onClick={onAgain}>
        {t('again')}
      </button>
    </State>
  );
}
