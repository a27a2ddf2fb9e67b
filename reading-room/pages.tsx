import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Redirect, Route, Router, Switch } from 'wouter';
import { Frame } from './frame/frame.tsx';
import { Mark } from './frame/icon.tsx';
import { FaultState, State } from './frame/state.tsx';
import { PatientPage } from './patient/patient-page.tsx';
import { programAddress } from './queue/addresses.ts';
import { queueOf } from './queue/queue-query.ts';
import { useCaller } from './sign-in/caller.tsx';
import { ReaderEnd } from './sign-in/reader-end.tsx';
import { ThemeProvider } from './theme/theme.tsx';
import { programsQuery } from './work-list/programs.ts';
import { WorkListPage } from './work-list/work-list-page.tsx';

/** The one address that `vite.config.ts` and the host serve the pages under. */
const BASE = '/reading-room';

/** The first programme's work list, where there is one. */
function FirstPage() {
  const t = useTranslations();
  const { caller } = useCaller();
  const programs = useQuery(programsQuery());
  const [program] = programs.data ?? [];
  if (program !== undefined) return <Redirect to={programAddress(queueOf(program, ''))} replace />;
  return (
    <PlainPage>
      {programs.isError && <FaultState error={programs.error} onAgain={() => void programs.refetch()} />}
      {programs.isSuccess && (
        <State
          icon="info"
          title={t('list.noProgram')}
          text={t('list.noProgramText', { name: caller.name })}
        />
      )}
    </PlainPage>
  );
}

function PlainPage({ children }: { readonly children: React.ReactNode }) {
  const t = useTranslations();
  return (
    <Frame
      start={
        <span className="mark">
          <Mark />
          {t('name')}
        </span>
      }
      end={<ReaderEnd />}
    >
      <main className="patient-state">{children}</main>
    </Frame>
  );
}

/** Every page, for somebody who is signed in. A role that may not read is told so, and sees no page half. */
export function Pages() {
  const t = useTranslations();
  const { caller } = useCaller();
  if (!caller.scopes.includes('review'))
    return (
      <ThemeProvider place="lists">
        <PlainPage>
          <State icon="info" title={t('list.noScope')} text={t('list.noScopeText', { name: caller.name })} />
        </PlainPage>
      </ThemeProvider>
    );
  return (
    <Router base={BASE}>
      <Switch>
        <Route path="/:program/patients/:patient/exams/:exam">
          {({ program, patient, exam }) => (
            <ThemeProvider place="photographs">
              <PatientPage program={program} patient={patient} exam={exam} />
            </ThemeProvider>
          )}
        </Route>
        <Route path="/:program/work-list">
          {({ program }) => (
            <ThemeProvider place="lists">
              <WorkListPage key={program} program={program} />
            </ThemeProvider>
          )}
        </Route>
        <Route path="/">
          <ThemeProvider place="lists">
            <FirstPage />
          </ThemeProvider>
        </Route>
        <Route>
          <ThemeProvider place="lists">
            <PlainPage>
              <State icon="warn" title={t('fault.noPage')} text={location.pathname} />
            </PlainPage>
          </ThemeProvider>
        </Route>
      </Switch>
    </Router>
  );
}
