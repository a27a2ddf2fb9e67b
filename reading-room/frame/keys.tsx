import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useState,
} from 'react';

const STORED = 'retclip-single-letter-keys';

const KeysContext = createContext<readonly [boolean, (on: boolean) => void]>([true, () => undefined]);

/** Whether keys of one letter act, and how to switch them. @see WCAG 2.2, 2.1.4 */
export function useSingleLetterKeys(): readonly [boolean, (on: boolean) => void] {
  return use(KeysContext);
}

export function KeysProvider({ children }: { readonly children: ReactNode }) {
  const [on, setOn] = useState(() => localStorage.getItem(STORED) !== 'off');
  const choose = useCallback((chosen: boolean) => {
    localStorage.setItem(STORED, chosen ? 'on' : 'off');
    setOn(chosen);
  }, []);
  const value = useMemo(() => [on, choose] as const, [on, choose]);
  return <KeysContext value={value}>{children}</KeysContext>;
}

const TYPING = 'textarea, select, input:not([type="range"]):not([type="checkbox"])';
/** What a focused control does with these itself is left to it. */
const OF_CONTROLS = 'button, a, input, [role="radio"]';

function actsItself(target: Element, key: string): boolean {
  if (target.matches('input[type="range"]') && key.startsWith('arrow')) return true;
  return (key === 'enter' || key === ' ') && target.matches(OF_CONTROLS);
}

/**
 * Acts on keys of the page, but not while somebody types, holds a modifier or has a sheet open.
 *
 * @param actions by `KeyboardEvent.key` in small letters; after `shift+` those of more than a letter
 */
export function useKeys(
  actions: Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>,
): void {
  const [on] = useSingleLetterKeys();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const key = event.key.toLowerCase();
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.matches(TYPING) || actsItself(target, key)) return;
    const isLetter = key.length === 1;
    const action = actions[event.shiftKey && !isLetter ? `shift+${key}` : key];
    if (action === undefined || (isLetter && !on)) return;
    event.preventDefault();
    action(event);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
