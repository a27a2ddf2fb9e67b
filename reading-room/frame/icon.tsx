/** What each icon draws, on 16 × 16. */
const DRAWN = {
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z',
  eye: 'M1.4 8S3.8 3.6 8 3.6 14.6 8 14.6 8 12.2 12.4 8 12.4 1.4 8 1.4 8ZM8 6.1a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8Z',
  back: 'M10 3.5 5.5 8l4.5 4.5',
  forward: 'M6 3.5 10.5 8 6 12.5',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  link: 'M6.6 9.4a2.6 2.6 0 0 0 3.8 0l2-2a2.7 2.7 0 0 0-3.8-3.8l-.8.8M9.4 6.6a2.6 2.6 0 0 0-3.8 0l-2 2a2.7 2.7 0 0 0 3.8 3.8l.8-.8',
  redFree: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.2 12 12 4.2',
  invert: 'M2.5 2.5h11v11h-11ZM2.5 13.5l11-11M5 13.3l8.4-8.4M8.6 13.3l4.8-4.8',
  contrast: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 2.5v11M10 3v10M12 4.4v7.2',
  evidence:
    'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 7.6v.8',
  prior: 'M3 8a5 5 0 1 0 1.5-3.6L2.8 6M2.8 3v3h3M8 5.2V8l2 1.4',
  note: 'M3 2.8h10v7.4l-3 3H3ZM13 10.2h-3v3M5.4 5.8h5.2M5.4 8.2h3.2',
  info: 'M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 0 0 8 2.2ZM8 7.4v3.4M8 5.2v.1',
  warn: 'M8 2.2 14.4 13.4H1.6ZM8 6.4v3.4M8 11.6v.1',
  lost: 'M2 6.4a8.6 8.6 0 0 1 12 0M4.2 8.9a5.4 5.4 0 0 1 7.6 0M8 12.2v.1M2.5 2.5l11 11',
  out: 'M6 2.8H3v10.4h3M10.4 5.2 13.2 8l-2.8 2.8M13 8H6',
} as const;
export type IconName = keyof typeof DRAWN;

/** An icon that says nothing by itself: a word stands beside it, or in the label of its button. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={DRAWN[name]} />
    </svg>
  );
}

/** The mark of the product: two eyes. */
export function Mark() {
  return (
    <svg className="mark-drawn" viewBox="0 0 26 16" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="1.6">
        <circle cx="8" cy="8" r="6.6" />
        <circle cx="18" cy="8" r="6.6" />
      </g>
      <circle cx="11.4" cy="7.6" r="1.5" fill="currentColor" />
      <circle cx="14.6" cy="7.6" r="1.5" fill="currentColor" />
    </svg>
  );
}
