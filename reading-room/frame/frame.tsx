import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { LANGUAGES, type Language, useLanguage } from '../language/language.tsx';
import { THEMES, type Theme, useTheme } from '../theme/theme.tsx';
import './frame.css';
import { Icon, type IconName } from './icon.tsx';
import { KeySheet } from './key-sheet.tsx';
import { useKeys } from './keys.tsx';

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'EN', 'zh-Hans': '中文' };
const THEME_ICONS: Readonly<Record<Theme, IconName>> = { light: 'sun', dark: 'moon', reading: 'eye' };

function Choices() {
  const t = useTranslations();
  const [language, chooseLanguage] = useLanguage();
  const [theme, chooseTheme] = useTheme();
  return (
    <>
      <div className="segments" role="group" aria-label={t('language')}>
        {LANGUAGES.map((one) => (
          <button
            key={one}
            type="button"
            lang={one}
            aria-pressed={one === language}
            onClick={() => chooseLanguage(one)}
          >
            {LANGUAGE_NAMES[one]}
          </button>
        ))}
      </div>
      <div className="segments" role="group" aria-label={t('theme.title')}>
        {THEMES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === theme}
            aria-label={t(`theme.${one}`)}
            title={t(`theme.${one}`)}
            onClick={() => chooseTheme(one)}
          >
            <Icon name={THEME_ICONS[one]} />
          </button>
        ))}
      </div>
    </>
  );
}

/** A key and what it does, for the foot. */
export interface FootKey {
  readonly keys: readonly string[];
  readonly text: string;
}

/**
 * What every page has: the bar, and the foot that says what the page is not for.
 *
 * @param start beginning of the bar
 * @param end end of the bar, after the choices
 */
export function Frame({
  start,
  end,
  keys = [],
  children,
}: {
  readonly start: ReactNode;
  readonly end?: ReactNode;
  readonly keys?: readonly FootKey[];
  readonly children: ReactNode;
}) {
  const t = useTranslations();
  const [isSheetOpen, openSheet] = useState(false);
  useKeys({ '?': () => openSheet(true) });
  return (
    <div className="frame">
      <header className="bar">
        {start}
        <span className="grow" />
        <Choices />
        {end}
      </header>
      {children}
      <footer className="foot">
        <span className="row">
          <Icon name="info" />
          {t('researchUse')}
        </span>
        {keys.length > 0 && (
          <span className="keys">
            {keys.map(({ keys: caps, text }) => (
              <span key={text}>
                {caps.map((cap) => (
                  <kbd key={cap}>{cap}</kbd>
                ))}
                {text}
              </span>
            ))}
            <button type="button" onClick={() => openSheet(true)}>
              <kbd>?</kbd>
              {t('keys.all')}
            </button>
          </span>
        )}
      </footer>
      <KeySheet isOpen={isSheetOpen} onClose={() => openSheet(false)} />
    </div>
  );
}
