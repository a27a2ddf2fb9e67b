import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useSingleLetterKeys } from './keys.tsx';

function Keys({ keys, children }: { readonly keys: readonly string[]; readonly children: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </>
  );
}

/** Every key, and the switch for those of one letter. */
export function KeySheet({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useTranslations();
  const sheet = useRef<HTMLDialogElement>(null);
  const [on, choose] = useSingleLetterKeys();
  useEffect(() => {
    if (isOpen) sheet.current?.showModal();
    else sheet.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={sheet} className="sheet" aria-labelledby="keys-title" onClose={onClose}>
      <header>
        <h1 id="keys-title">{t('keys.title')}</h1>
        <button type="button" className="button" onClick={onClose}>
          {t('keys.close')}
        </button>
      </header>
      <div className="columns">
        <section>
          <h2>{t('keys.list')}</h2>
          <dl>
            <Keys keys={['J', 'K']}>{t('keys.move')}</Keys>
            <Keys keys={['↵']}>{t('keys.open')}</Keys>
            <Keys keys={['F']}>{t('keys.filter')}</Keys>
            <Keys keys={['1', '2', '3']}>{t('keys.queues')}</Keys>
            <Keys keys={['?']}>{t('keys.all')}</Keys>
          </dl>
        </section>
        <section>
          <h2>{t('keys.look')}</h2>
          <dl>
            <Keys keys={['Z']}>{t('keys.fit')}</Keys>
            <Keys keys={['+', '-']}>{t('keys.zoom')}</Keys>
            <Keys keys={['←', '↑', '→', '↓']}>{t('keys.pan')}</Keys>
            <Keys keys={['S']}>{t('patient.linked')}</Keys>
            <Keys keys={['G']}>{t('patient.redFree')}</Keys>
            <Keys keys={['I']}>{t('patient.invert')}</Keys>
            <Keys keys={['P']}>{t('patient.prior')}</Keys>
            <Keys keys={['E']}>{t('patient.evidence')}</Keys>
            <Keys keys={['⇧', '←', '→']}>{t('patient.evidenceStrength')}</Keys>
            <Keys keys={['[', ']']}>{t('patient.contrast')}</Keys>
            <Keys keys={[',', '.']}>{t('patient.brightness')}</Keys>
          </dl>
        </section>
        <section>
          <h2>{t('keys.grade')}</h2>
          <dl>
            <Keys keys={['R', 'L']}>{t('keys.chooseEye')}</Keys>
            <Keys keys={['0', '–', '4']}>{t('keys.gradeEye')}</Keys>
            <Keys keys={['9']}>{t('keys.cannotGrade')}</Keys>
            <Keys keys={['O']}>{t('keys.macula')}</Keys>
            <Keys keys={['T']}>{t('keys.finding')}</Keys>
          </dl>
        </section>
        <section>
          <h2>{t('keys.decide')}</h2>
          <dl>
            <Keys keys={['A']}>{t('keys.agree')}</Keys>
            <Keys keys={['U']}>{t('outcome.refer-urgent')}</Keys>
            <Keys keys={['F']}>{t('outcome.refer')}</Keys>
            <Keys keys={['C']}>{t('outcome.recall')}</Keys>
            <Keys keys={['X']}>{t('outcome.ungradable')}</Keys>
            <Keys keys={['N']}>{t('patient.note')}</Keys>
            <Keys keys={['J', 'K']}>{t('keys.move')}</Keys>
            <Keys keys={['Esc']}>{t('keys.back')}</Keys>
          </dl>
        </section>
      </div>
      <div className="setting">
        <input
          id="single-letter-keys"
          type="checkbox"
          checked={on}
          onChange={(event) => choose(event.target.checked)}
        />
        <label htmlFor="single-letter-keys">{t('keys.single')}</label>
        <p className="small quiet">{t('keys.singleText')}</p>
      </div>
    </dialog>
  );
}
