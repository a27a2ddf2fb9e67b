import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/tokens.css';
import './theme/base.css';
import { ApiFault } from './api/client.ts';
import { KeysProvider } from './frame/keys.tsx';
import { LanguageProvider } from './language/language.tsx';
import { Pages } from './pages.tsx';
import { freePictures } from './pictures/use-picture.ts';
import { SignedInPages } from './sign-in/caller.tsx';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the host refuses, it refuses again; a connection may come back.
      retry: (tries, error) => error instanceof ApiFault && error.status === 0 && tries < 2,
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
  },
});
freePictures(queries);

const page = document.getElementById('page');
if (page === null) throw new Error('The page has no place for its content.');
createRoot(page).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LanguageProvider>
        <KeysProvider>
          <SignedInPages>
            <Pages />
          </SignedInPages>
        </KeysProvider>
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
