import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Schemas } from '../api/client.ts';
import './outcome.css';

export type Outcome = Schemas['Outcome'];

const RING = <circle cx="7" cy="7" r="5.6" fill="none" stroke="currentColor" strokeWidth="1.6" />;

/** Colour, shape and word, all three: no two outcomes share a shape. */
const SHAPES: Readonly<Record<Outcome | 'blinded', ReactNode>> = {
  'refer-urgent': <path d="M7 .8 13.6 13H.4Z" fill="currentColor" />,
  refer: <path d="M7 .6 13.4 7 7 13.4.6 7Z" fill="currentColor" />,
  recall: (
    <>
      {RING}
      <path d="m4.4 7.2 1.9 1.8 3.3-3.8" fill="none" stroke="currentColor" strokeWidth="1.6" />
    </>
  ),
  ungradable: (
    <g fill="none" stroke="currentColor" strokeWidth="1.6">
      <rect x="1.4" y="1.4" width="11.2" height="11.2" rx="1.5" />
      <path d="m4 10 6-6" />
    </g>
  ),
  'not-assessed': (
    <circle
      cx="7"
      cy="7"
      r="5.6"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeDasharray="2.2 2.2"
    />
  ),
  blinded: <path d="M2 7h10" stroke="currentColor" strokeWidth="1.6" />,
};

/** The shape of an outcome alone; its word stands beside it. */
export function OutcomeShape({ outcome }: { readonly outcome: Outcome | 'blinded' }) {
  return (
    <svg viewBox="0 0 14 14" aria-hidden="true" focusable="false">
      {SHAPES[outcome]}
    </svg>
  );
}

/** An outcome by colour, shape and word. */
export function OutcomeMark({ outcome }: { readonly outcome: Outcome | 'blinded' }) {
  const t = useTranslations('outcome');
  return (
    <span className={`outcome ${outcome}`}>
      <OutcomeShape outcome={outcome} />
      {t(outcome)}
    </span>
  );
}
