import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link, useLocation, useSearch } from 'wouter';
import { ApiFault } from '../api/client.ts';
import { Frame } from '../frame/frame.tsx';
import { Icon } from '../frame/icon.tsx';
import { useKeys } from '../frame/keys.tsx';
import { FaultState, State } from '../frame/state.tsx';
import type { Outcome } from '../outcome/outcome.tsx';
import { examAddress, programAddress } from '../queue/addresses.ts';
import { queueOf } from '../queue/queue-query.ts';
import { ReaderEnd } from '../sign-in/reader-end.tsx';
import { type Looking, ReadExam } from './read-exam.tsx';
import { type ExamPath, readingQuery } from './reading-query.ts';
import { usePlace } from './use-place.ts';
import { UNADJUSTED } from './viewer/adjustments.ts';
import './grades.css';
import './patient.css';

interface Saved {
  readonly patient: string;
  readonly outcome: Outcome;
}

/** One patient's exam: both eyes, and the reader's verdict. */
export function PatientPage(path: ExamPath) {
  const t = useTranslations();
  const { program, patient, exam } = path;
  const [, go] = useLocation();
  const search = useSearch();
  const queries = useQueryClient();
  const queue = useMemo(() => queueOf(program, search), [program, search]);
  const place = usePlace(queue, path);
  const query = useQuery({ ...readingQuery(path), refetchOnWindowFocus: 'always' });
  const [looking, look] = useState<Looking>({ isLinked: true, adjustments: UNADJUSTED });
  const [saved, setSaved] = useState<Saved | null>(null);
  /** Counts how often the reader looked again at an exam that had changed. */
  const [round, lookAgain] = useState(0);

  useEffect(() => {
    document.title = `${patient} · ${t('name')}`;
  }, [patient, t]);

  const list = programAddress(queue);
  const open = (row: typeof place.next) => {
    if (row !== null) go(examAddress(queue, row));
  };
  const onSaved = (outcome: Outcome) => {
    setSaved({ patient, outcome });
    const next = place.markRead();
    void queries.invalidateQueries({ queryKey: countsQueryKey(program) });
    if (next === null) go(list);
    else open(next);
  };
  useKeys({ j: () => open(place.next), k: () => open(place.previous), escape: () => go(list) });

  const notice = saved !== null && saved.patient !== patient && (
    <p className="saved small quiet" role="status">
      {t('patient.saved', { patient: saved.patient, outcome: t(`outcome.${saved.outcome}`) })}
    </p>
  );
  return (
    <Frame
      start={
        <>
          <Link className="button plain" href={list}>
            <Icon name="back" />
            {t('patient.back')}
            <kbd aria-hidden="true">Esc</kbd>
          </Link>
          <span className="divide" />
          <h1>{patient}</h1>
          <span className="quiet exam-name">{exam}</span>
        </>
      }
      end={
        <>
          <span className="divide" />
          <button
            type="button"
            className="button plain"
            aria-label={t('patient.previous')}
            disabled={place.previous === null}
            onClick={() => open(place.previous)}
          >
            <Icon name="back" />
            <kbd aria-hidden="true">K</kbd>
          </button>
          {place.index >= 0 && (
            <span>
              <span aria-hidden="true">
                {place.index + 1} / {place.count}
              </span>
              <span className="unseen">
                {t('patient.position', { index: String(place.index + 1), count: place.count })}
              </span>
            </span>
          )}
          <button
            type="button"
            className="button plain"
            aria-label={t('patient.next')}
            disabled={place.next === null}
            onClick={() => open(place.next)}
          >
            <kbd aria-hidden="true">J</kbd>
            <Icon name="forward" />
          </button>
          <ReaderEnd />
        </>
      }
      keys={[
        { keys: ['Z'], text: t('keys.fit') },
        { keys: ['0', '–', '4'], text: t('keys.gradeEye') },
        ...(query.data?.reading.result ? [{ keys: ['A'], text: t('keys.agree') }] : []),
        { keys: ['J', 'K'], text: t('keys.move') },
      ]}
    >
      {content()}
    </Frame>
  );

  function content() {
    const { data, error } = query;
    // An exam that is gone is gone, though the page still knows what it was.
    if (error instanceof ApiFault && error.status === 404)
      return (
        <main className="patient-state">
          <State icon="warn" title={t('patient.goneTitle')} text={t('patient.goneText')}>
            <button
              type="button"
              className="button primary"
              onClick={() => (place.next === null ? go(list) : open(place.next))}
            >
              {t('patient.next')}
              <kbd aria-hidden="true">J</kbd>
            </button>
          </State>
        </main>
      );
    if (data !== undefined)
      return (
        <ReadExam
          key={JSON.stringify([program, patient, exam, round])}
          path={path}
          latest={data}
          looking={looking}
          notice={notice}
          onLooking={look}
          onSaved={onSaved}
          onLookAgain={() => lookAgain(round + 1)}
        />
      );
    if (error !== null)
      return (
        <main className="patient-state">
          <FaultState error={error} onAgain={() => void query.refetch()} />
        </main>
      );
    return <main className="patient-state" aria-busy="true" />;
  }
}

function countsQueryKey(program: string): readonly string[] {
  return ['work-list-counts', program];
}
