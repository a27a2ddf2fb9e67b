import { useTranslations } from 'use-intl';
import { Icon } from '../frame/icon.tsx';
import { useCaller } from './caller.tsx';

/** Who is signed in, and the way out: the end of the bar. */
export function ReaderEnd() {
  const t = useTranslations('signIn');
  const { caller, signOut } = useCaller();
  return (
    <>
      <span className="divide" />
      <span className="quiet reader-name">{caller.name}</span>
      <button type="button" className="button plain" onClick={signOut} aria-label={t('out')} title={t('out')}>
        <Icon name="out" />
      </button>
    </>
  );
}
