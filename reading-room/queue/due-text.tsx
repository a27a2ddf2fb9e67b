import { useTranslations } from 'use-intl';
import { dueIn } from './due.ts';

/** How long until an exam is due, in words. */
export function useDueText(): (dueAt: string, now: number, form: 'in' | 'dueIn') => string {
  const t = useTranslations('due');
  return (dueAt, now, form) => {
    const { isLate, unit, count } = dueIn(dueAt, now);
    return t(isLate ? 'late' : form, { time: t(unit, { count: String(count) }) });
  };
}
