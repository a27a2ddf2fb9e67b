import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { ApiFault, call, requireOk } from '../api/client.ts';
import { Frame } from '../frame/frame.tsx';
import { Icon, Mark } from '../frame/icon.tsx';
import { ThemeProvider } from '../theme/theme.tsx';
import { readDraft } from '../verdict/draft.ts';
import './sign-in.css';

type Refusal =
  | { readonly why: 'wrong' | 'lost' }
  | { readonly why: 'locked'; readonly seconds: number }
  | { readonly why: 'server'; readonly detail: string };

/** @returns `null` once signed in */
async function signIn(name: string, passphrase: string): Promise<Refusal | null> {
  try {
    const response = await call('/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, passphrase }),
    });
    if (response.status === 429)
      return { why: 'locked', seconds: Number(response.headers.get('retry-after') ?? 60) };
    await requireOk(response);
    return null;
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    if (error.status === 401 || error.status === 400) return { why: 'wrong' };
    return error.status === 0 ? { why: 'lost' } : { why: 'server', detail: error.message };
  }
}

function RefusalText({ refusal }: { readonly refusal: Refusal }) {
  const t = useTranslations();
  switch (refusal.why) {
    case 'wrong':
      return t('signIn.wrong');
    case 'lost':
      return t('fault.lost');
    case 'locked':
      return t('signIn.locked', { seconds: refusal.seconds });
    case 'server':
      return t('fault.serverText', { detail: refusal.detail });
  }
}

function SignInForm({ onSignedIn }: { readonly onSignedIn: () => void }) {
  const t = useTranslations('signIn');
  const [isWaiting, wait] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [nameId, passphraseId, refusalId] = [useId(), useId(), useId()];
  const name = useRef<HTMLInputElement>(null);
  const passphrase = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);

  async function submit(event: FormEvent) {
    event.preventDefault();
    wait(true);
    const refused = await signIn(name.current?.value.trim() ?? '', passphrase.current?.value ?? '');
    wait(false);
    setRefusal(refused);
    if (refused === null) return onSignedIn();
    if (passphrase.current !== null) passphrase.current.value = '';
    passphrase.current?.focus();
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <label htmlFor={nameId}>{t('name')}</label>
      <input ref={name} id={nameId} className="field" autoComplete="username" required maxLength={128} />
      <label htmlFor={passphraseId}>{t('passphrase')}</label>
      <input
        ref={passphrase}
        id={passphraseId}
        className="field"
        type="password"
        autoComplete="current-password"
        required
        maxLength={200}
        aria-describedby={refusal === null ? undefined : refusalId}
      />
      <div role="alert" id={refusalId}>
        {refusal !== null && (
          <p className="note alarms">
            <Icon name="warn" />
            <RefusalText refusal={refusal} />
          </p>
        )}
      </div>
      <button type="submit" className="button primary" disabled={isWaiting}>
        {t(isWaiting ? 'waiting' : 'submit')}
      </button>
    </form>
  );
}

/** Where readers say who they are. @param hasEnded whether a session has just ended on this page */
export function SignInPage({
  hasEnded,
  onSignedIn,
}: {
  readonly hasEnded: boolean;
  readonly onSignedIn: () => void;
}) {
  const t = useTranslations();
  const draft = hasEnded ? readDraft() : null;
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('name')}`;
  }, [t]);
  return (
    <ThemeProvider place="lists">
      <Frame
        start={
          <span className="mark">
            <Mark />
            {t('name')}
          </span>
        }
      >
        <main className="sign-in">
          <div className="panel">
            <h1>{t('signIn.title')}</h1>
            {hasEnded && (
              <p className="note" role="status">
                <Icon name="note" />
                {draft === null ? t('signIn.ended') : t('signIn.endedDraft', { patient: draft.patient })}
              </p>
            )}
            <SignInForm onSignedIn={onSignedIn} />
            <p className="small faint">{t('signIn.fine')}</p>
          </div>
        </main>
      </Frame>
    </ThemeProvider>
  );
}
