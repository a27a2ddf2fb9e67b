import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation, useSearch } from 'wouter';
import { Frame } from '../frame/frame.tsx';
import { useKeys } from '../frame/keys.tsx';
import { FaultState, State } from '../frame/state.tsx';
import type { Outcome } from '../outcome/outcome.tsx';
import { examAddress, programAddress } from '../queue/addresses.ts';
import {
  countsQuery,
  isBlindedStage,
  type Order,
  type Queue,
  queueOf,
  queueQuery,
  STAGES,
  type WorkRow,
} from '../queue/queue-query.ts';
import { ReaderEnd } from '../sign-in/reader-end.tsx';
import { ProgramStart } from './program-start.tsx';
import { WorkTable } from './work-table.tsx';
import './work-list.css';

const FILTERS: readonly Outcome[] = ['refer-urgent', 'refer', 'ungradable', 'not-assessed'];
const ORDERS: readonly Order[] = ['urgency', 'deadline'];
/** The time left until something is due is updated each minute. */
const MINUTE = 60_000;

/** The exam that was opened last: coming back, it is the chosen one. */
let opened = '';
const nameOf = ({ patient, exam }: Pick<WorkRow, 'patient' | 'exam'>) => JSON.stringify([patient, exam]);

function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}

function Queues({ queue, onChoose }: { readonly queue: Queue; readonly onChoose: (queue: Queue) => void }) {
  const t = useTranslations();
  const { data } = useQuery(countsQuery(queue.program));
  return (
    <nav className="queues panel" aria-label={t('queue.title')}>
      {STAGES.map((stage, index) => {
        const count = data?.find((one) => one.stage === stage);
        const text = count === undefined ? '–' : String(count.exams);
        return (
          <button
            key={stage}
            type="button"
            aria-current={stage === queue.stage}
            onClick={() => onChoose({ ...queue, stage, outcome: null })}
          >
            <span className="quiet">{t(`queue.${stage}`)}</span>
            <span className="row">
              <b>{count?.more === true ? t('queue.more', { count: text }) : text}</b>
              {isBlindedStage(data, stage) && <span className="small faint">{t('queue.blinded')}</span>}
            </span>
            <kbd aria-hidden="true">{index + 1}</kbd>
          </button>
        );
      })}
    </nav>
  );
}

/** What waits for the reader. */
export function WorkListPage({ program }: { readonly program: string }) {
  const t = useTranslations();
  const [, go] = useLocation();
  const search = useSearch();
  const queries = useQueryClient();
  const queue = useMemo(() => queueOf(program, search), [program, search]);
  const list = useInfiniteQuery(queueQuery(queue));
  const { data: counts } = useQuery(countsQuery(program));
  const now = useNow();
  const filter = useRef<HTMLSelectElement>(null);
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data]);
  const [chosenName, chooseName] = useState(opened);
  const found = rows.findIndex((row) => nameOf(row) === chosenName);
  const chosen = found === -1 ? 0 : found;

  useEffect(() => {
    document.title = `${t('list.title')} · ${program}`;
  }, [t, program]);
  useEffect(() => {
    // What was read meanwhile, by anybody, waits no longer.
    void queries.invalidateQueries({ queryKey: ['work-list', program] });
    void queries.invalidateQueries({ queryKey: ['work-list-counts', program] });
  }, [queries, program]);

  const choose = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row !== undefined) chooseName(nameOf(row));
  };
  const open = (row: WorkRow | undefined) => {
    if (row === undefined) return;
    opened = nameOf(row);
    go(examAddress(queue, row));
  };
  const show = (next: Queue) => go(programAddress(next), { replace: true });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const stage = (index: number) => {
    const wanted = STAGES[index];
    return () => wanted && show({ ...queue, stage: wanted, outcome: null });
  };
  useKeys({
    j: () => choose(chosen + 1),
    k: () => choose(chosen - 1),
    arrowdown: () => choose(chosen + 1),
    arrowup: () => choose(chosen - 1),
    enter: () => open(rows[chosen]),
    f: () => filter.current?.focus(),
    1: stage(0),
    2: stage(1),
    3: stage(2),
  });

  const count = rows.length;
  const content = () => {
    if (list.isError) return <FaultState error={list.error} onAgain={() => void list.refetch()} />;
    if (list.isPending) return <p className="state quiet">{t('list.loading')}</p>;
    if (count === 0 && queue.outcome !== null)
      return (
        <State title={t('list.emptyFilter')} text={t(`outcome.${queue.outcome}`)}>
          <button type="button" className="button" onClick={() => show({ ...queue, outcome: null })}>
            {t('list.clear')}
          </button>
        </State>
      );
    if (count === 0) return <State title={t('list.empty')} text={t('list.emptyText')} />;
    return (
      <WorkTable
        queue={queue}
        rows={rows}
        hasMore={hasNextPage}
        chosen={chosen}
        now={now}
        onChoose={choose}
        onOpen={open}
        onEnd={more}
      />
    );
  };
  const isBlinded = isBlindedStage(counts, queue.stage);
  return (
    <Frame
      start={<ProgramStart program={program} />}
      end={<ReaderEnd />}
      keys={[
        { keys: ['J', 'K'], text: t('keys.move') },
        { keys: ['↵'], text: t('keys.open') },
        { keys: ['F'], text: t('keys.filter') },
        { keys: ['1', '2', '3'], text: t('keys.queues') },
      ]}
    >
      <main className="work-list">
        <h1 className="unseen">{t('list.title')}</h1>
        <Queues queue={queue} onChoose={show} />
        <div className="filters">
          {isBlinded ? (
            <span className="quiet">
              {t(queue.stage === 'second' ? 'list.blinded' : 'list.blindedToModel')}
            </span>
          ) : (
            <>
              <select
                ref={filter}
                className="field"
                aria-label={t('list.filter')}
                value={queue.outcome ?? ''}
                onChange={({ target }) =>
                  show({ ...queue, outcome: FILTERS.find((one) => one === target.value) ?? null })
                }
                onKeyDown={({ key, currentTarget }) => key === 'Escape' && currentTarget.blur()}
              >
                <option value="">{t('list.any')}</option>
                {FILTERS.map((outcome) => (
                  <option key={outcome} value={outcome}>
                    {t(`outcome.${outcome}`)}
                  </option>
                ))}
              </select>
              <select
                className="field"
                aria-label={t('list.sort')}
                value={queue.outcome === null ? queue.order : 'deadline'}
                disabled={queue.outcome !== null}
                onChange={({ target }) =>
                  show({ ...queue, order: target.value === 'deadline' ? 'deadline' : 'urgency' })
                }
              >
                {ORDERS.map((order) => (
                  <option key={order} value={order}>
                    {t(`list.${order}`)}
                  </option>
                ))}
              </select>
            </>
          )}
          <span className="grow" />
          <span className="quiet" role="status">
            {list.isSuccess &&
              (hasNextPage ? t('list.shownMore', { count: String(count) }) : t('list.shown', { count }))}
          </span>
        </div>
        {content()}
      </main>
    </Frame>
  );
}
