import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { OutcomeMark } from '../outcome/outcome.tsx';
import type { Queue, WorkRow } from '../queue/queue-query.ts';
import { type Group, type Line, linesOf } from './list-lines.ts';
import { WorkRowCells } from './work-row.tsx';

const HEAD_HEIGHT = 28;
const COLUMNS = ['outcome', 'patient', 'eyes', 'why', 'exam', 'due'] as const;
/** The next page is asked for so many lines before its first. */
const AHEAD = 60;

function isDue(group: Group): group is 'overdue' | 'today' | 'week' | 'later' {
  return group === 'overdue' || group === 'today' || group === 'week' || group === 'later';
}

function GroupName({ group }: { readonly group: Group }) {
  const t = useTranslations('list');
  if (group === 'blinded') return t('blinded');
  return isDue(group) ? t(group) : <OutcomeMark outcome={group} />;
}

function lineKey(line: Line | undefined): string {
  if (line === undefined) return 'end';
  return line.kind === 'head' ? line.group : JSON.stringify([line.row.patient, line.row.exam]);
}

/**
 * A queue's rows, of which only those in sight are drawn. The grid has the focus, and names the chosen row.
 *
 * @param chosen place of the chosen row
 * @param onEnd asks for the next page
 */
export function WorkTable({
  queue,
  rows,
  hasMore,
  chosen,
  now,
  onChoose,
  onOpen,
  onEnd,
}: {
  readonly queue: Queue;
  readonly rows: readonly WorkRow[];
  readonly hasMore: boolean;
  readonly chosen: number;
  readonly now: number;
  readonly onChoose: (index: number) => void;
  readonly onOpen: (row: WorkRow) => void;
  readonly onEnd: () => void;
}) {
  const t = useTranslations('list');
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => linesOf(rows, queue, now), [rows, queue, now]);
  const rowHeight = matchMedia('(max-width: 1100px)').matches ? 48 : 36;
  const list = useVirtualizer({
    count: lines.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (lines[index]?.kind === 'head' ? HEAD_HEIGHT : rowHeight),
    getItemKey: (index) => lineKey(lines[index]),
    overscan: 12,
    scrollPaddingStart: HEAD_HEIGHT + 8,
    scrollPaddingEnd: 8,
  });
  const inSight = list.getVirtualItems();
  const last = inSight.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= lines.length - AHEAD) onEnd();
  }, [hasMore, last, lines.length, onEnd]);

  const chosenLine = lines.findIndex((line) => line.kind === 'exam' && line.index === chosen);
  useEffect(() => {
    if (chosenLine >= 0) list.scrollToIndex(chosenLine, { align: 'auto' });
  }, [chosenLine, list]);

  const offset = list.scrollOffset ?? 0;
  const topLine = inSight.find(({ end }) => end > offset)?.index ?? 0;
  const topGroup = lines[topLine]?.group;
  return (
    <div
      className="work-table panel"
      role="grid"
      tabIndex={0}
      aria-label={t('title')}
      aria-rowcount={hasMore ? -1 : rows.length + 1}
      aria-activedescendant={chosenLine >= 0 ? `row-${chosen}` : undefined}
    >
      <div role="rowgroup">
        <div className="line head" role="row" aria-rowindex={1}>
          {COLUMNS.map((column) => (
            <span key={column} role="columnheader">
              {t(column)}
            </span>
          ))}
        </div>
      </div>
      <div className="scroller" ref={scroller} role="rowgroup">
        {topGroup !== undefined && (
          <div className="line group stays" aria-hidden="true">
            <span>
              <GroupName group={topGroup} />
            </span>
          </div>
        )}
        <div className="whole" role="presentation" style={{ height: list.getTotalSize() }}>
          {inSight.map(({ index, key, start }) => {
            const line = lines[index];
            const at = { transform: `translateY(${start}px)` };
            if (line === undefined)
              return (
                <div key={key} className="line group" role="row" style={at}>
                  <span role="gridcell">{t('loading')}</span>
                </div>
              );
            if (line.kind === 'head')
              return (
                <div key={`head-${line.group}`} className="line group" role="row" style={at}>
                  <span role="gridcell">
                    <GroupName group={line.group} />
                  </span>
                </div>
              );
            const { row } = line;
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys act on the chosen row, wherever the focus is
              <div
                key={key}
                id={`row-${line.index}`}
                className="line exam"
                role="row"
                aria-rowindex={line.index + 2}
                aria-selected={line.index === chosen}
                style={at}
                onClick={() => onChoose(line.index)}
                onDoubleClick={() => onOpen(row)}
              >
                <WorkRowCells program={queue.program} row={row} now={now} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
