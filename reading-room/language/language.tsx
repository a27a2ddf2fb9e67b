import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { IntlProvider } from 'use-intl';
import { en } from './en.ts';
import { zh } from './zh.ts';

/** Languages of the pages, by the tags of BCP 47. */
export const LANGUAGES = ['en', 'zh-Hans'] as const;
export type Language = (typeof LANGUAGES)[number];

declare module 'use-intl' {
  interface AppConfig {
    Locale: Language;
    Messages: typeof en;
  }
}

const STORED = 'retclip-language';

function firstLanguage(): Language {
  const stored = localStorage.getItem(STORED);
  return (
    LANGUAGES.find((language) => language === stored) ??
    (navigator.language.toLowerCase().startsWith('zh') ? 'zh-Hans' : 'en')
  );
}

const LanguageContext = createContext<readonly [Language, (language: Language) => void]>([
  'en',
  () => undefined,
]);

/** The language of the pages, and how to change it. */
export function useLanguage(): readonly [Language, (language: Language) => void] {
  return use(LanguageContext);
}

/** Speaks the reader's language: the one that they chose, else their browser's, else English. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = useCallback((chosen: Language) => {
    localStorage.setItem(STORED, chosen);
    setLanguage(chosen);
  }, []);
  const value = useMemo(() => [language, choose] as const, [language, choose]);
  return (
    <LanguageContext value={value}>
      <IntlProvider
        locale={language}
        messages={language === 'en' ? en : (zh as unknown as typeof en)}
        timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
      >
        {children}
      </IntlProvider>
    </LanguageContext>
  );
}
