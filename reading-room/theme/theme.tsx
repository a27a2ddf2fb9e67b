import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';

/** Light for offices, dark for mixed work, reading for judging photographs in a dim room. */
export const THEMES = ['light', 'dark', 'reading'] as const;
export type Theme = (typeof THEMES)[number];

/** A theme is remembered for the photographs and for everything else: the first wants a dim room. */
export type ThemePlace = 'photographs' | 'lists';

function storedName(place: ThemePlace): string {
  return `retclip-theme-${place}`;
}

function firstTheme(place: ThemePlace): Theme {
  const stored = localStorage.getItem(storedName(place));
  const known = THEMES.find((theme) => theme === stored);
  if (known !== undefined) return known;
  if (place === 'photographs') return 'reading';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

const ThemeContext = createContext<readonly [Theme, (theme: Theme) => void]>(['light', () => undefined]);

/** The theme of this page, and how to change it. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return use(ThemeContext);
}

/** Shows a page in the theme of its place. */
export function ThemeProvider({
  place,
  children,
}: {
  readonly place: ThemePlace;
  readonly children: ReactNode;
}) {
  const [themes, setThemes] = useState<Readonly<Record<ThemePlace, Theme>>>(() => ({
    photographs: firstTheme('photographs'),
    lists: firstTheme('lists'),
  }));
  const theme = themes[place];
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const choose = useCallback(
    (chosen: Theme) => {
      localStorage.setItem(storedName(place), chosen);
      setThemes((before) => ({ ...before, [place]: chosen }));
    },
    [place],
  );
  const value = useMemo(() => [theme, choose] as const, [theme, choose]);
  return <ThemeContext value={value}>{children}</ThemeContext>;
}
