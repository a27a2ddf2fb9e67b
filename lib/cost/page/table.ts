/** A table in Markdown. The first column is text, all others are numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** An amount that a person can compare: cents where they count. @example usd(0.4) // '0.40' */
export function usd(amount: number): string {
  if (amount === 0) return '0';
  return amount < 100 ? amount.toFixed(2) : whole.format(amount);
}

/** Of a million, where one costs next to nothing. @example perMillion(0.0000125) // '12.50' */
export function perMillion(amount: number): string {
  return usd(amount * 1_000_000);
}

export function count(number: number): string {
  return whole.format(number);
}
