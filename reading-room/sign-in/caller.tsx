import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react';
import { ApiFault, api, call, callAs, dataOf, type Schemas, whenSignedOut } from '../api/client.ts';
import { forgetDraft, readDraft } from '../verdict/draft.ts';
import { SignInPage } from './sign-in-page.tsx';

/** Who is signed in, and what they may do. */
export type Caller = Schemas['Caller'];

interface SignedIn {
  readonly caller: Caller;
  readonly signOut: () => void;
}

const CallerContext = createContext<SignedIn | null>(null);

/** Who is signed in. Only below `SignedInPages`. */
export function useCaller(): SignedIn {
  const signedIn = use(CallerContext);
  if (signedIn === null) throw new Error('Nobody is signed in.');
  return signedIn;
}

type State =
  | { readonly is: 'asking' }
  | { readonly is: 'signed-out'; readonly hasEnded: boolean }
  | { readonly is: 'signed-in'; readonly caller: Caller };

/**
 * Shows the pages to who is signed in, and the sign-in page in their place to everybody else: the address stays, so that a
 * reader whose session ended comes back to where they were.
 */
export function SignedInPages({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>({ is: 'asking' });

  const leave = useCallback(
    (hasEnded: boolean) => {
      callAs(null);
      setState({ is: 'signed-out', hasEnded });
      queries.clear();
    },
    [queries],
  );
  const enter = useCallback(async () => {
    try {
      // Asked first: a call of the API without a session is noted as that of a stranger.
      const { signedIn } = await (await call('/session')).json();
      if (signedIn !== true) return setState({ is: 'signed-out', hasEnded: false });
      const caller = dataOf(await api.GET('/v1/caller', {}));
      const draft = readDraft();
      // What another reader began is theirs.
      if (draft !== null && draft.reader !== caller.name) forgetDraft();
      callAs(caller.name);
      setState({ is: 'signed-in', caller });
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error;
      setState({ is: 'signed-out', hasEnded: false });
    }
  }, []);
  useEffect(() => {
    whenSignedOut(() => leave(true));
    void enter();
  }, [enter, leave]);

  const caller = state.is === 'signed-in' ? state.caller : null;
  const signedIn = useMemo(() => {
    if (caller === null) return null;
    const signOut = () => {
      forgetDraft();
      void call('/session', { method: 'DELETE' }).then(
        () => leave(false),
        () => leave(false),
      );
    };
    return { caller, signOut };
  }, [caller, leave]);

  if (state.is === 'asking') return null;
  if (signedIn === null)
    return (
      <SignInPage hasEnded={state.is === 'signed-out' && state.hasEnded} onSignedIn={() => void enter()} />
    );
  return <CallerContext value={signedIn}>{children}</CallerContext>;
}
