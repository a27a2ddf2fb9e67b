import type { LabelEvaluation, MeasuredFigure } from '../evaluation.ts';
import { escapeMarkup } from '../plots/markup.ts';
import { reliabilityPlot } from '../plots/reliability-plot.ts';
import { rocPlot } from '../plots/roc-plot.ts';
import { aboutOf, NOTES } from './about.ts';
import { intervalBar } from './interval-bar.ts';
import { PAGE_STYLE } from './page-style.ts';
import { countText, type EvaluationReport, warningsOf } from './report.ts';
import { type TextTable, tablesOf } from './tables.ts';

/** A figure's text in a cell: its interval below it, or the reason why there is none. */
function cell(text: string): string {
  if (text.startsWith('none: ')) return `<td class="reason">${escapeMarkup(text)}</td>`;
  const [, value, interval] = /^([\d.]+) (\([\d.]+–[\d.]+\))$/.exec(text) ?? [];
  return value === undefined
    ? `<td>${escapeMarkup(text)}</td>`
    : `<td>${value}<small>${interval?.slice(1, -1)}</small></td>`;
}

function tableHtml({ title, head, rows }: TextTable, bars?: readonly string[]): string {
  const heads = head.map((text) => `<th scope="col">${escapeMarkup(text)}</th>`);
  if (bars !== undefined) heads.splice(3, 0, '<th scope="col"><small>0.4 – 1, chance at 0.5</small></th>');
  const body = rows.map((cells, index) => {
    const repeats = index > 0 && head[1] === 'figure' && rows[index - 1]?.[0] === cells[0];
    const parts = cells.map((text, column) =>
      column === 0 && repeats ? `<td class="repeat">${escapeMarkup(text)}</td>` : cell(text),
    );
    if (bars !== undefined) parts.splice(3, 0, `<td>${bars[index] ?? ''}</td>`);
    const first = head[1] === 'figure' && index > 0 && !repeats ? ' class="first"' : '';
    return `<tr${first}>${parts.join('')}</tr>`;
  });
  return [
    `<section><h2>${escapeMarkup(title)}</h2><div class="scroll"><table>`,
    `<thead><tr>${heads.join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table></div></section>`,
  ].join('\n');
}

function card(name: string, figure: MeasuredFigure): string {
  const { value, low, high, reason } = figure;
  const interval =
    low === null || high === null ? (reason ?? '') : `95 %: ${low.toFixed(3)}–${high.toFixed(3)}`;
  return `<div class="card"><span>${escapeMarkup(name)}</span><b>${value?.toFixed(3) ?? '–'}</b><span>${escapeMarkup(interval)}</span></div>`;
}

function cards({ whole, cohort }: EvaluationReport): string {
  const { classes, macro } = whole;
  return [
    '<div class="cards">',
    card('macro AUROC', macro.auroc),
    card('macro AUPR', macro.averagePrecision),
    ...(classes === null ? [] : [card('accuracy', classes.accuracy)]),
    ...(classes?.quadraticKappa == null ? [] : [card('quadratic kappa', classes.quadraticKappa)]),
    `<div class="card"><span>cohort</span><b>${whole.patients.toLocaleString('en')}</b><span>patients, ${countText(whole.cases, cohort.unit)}</span></div>`,
    '</div>',
  ].join('\n');
}

function plots(label: LabelEvaluation): string {
  const drawn = [rocPlot(label), reliabilityPlot(label)].filter((svg) => svg !== null);
  const missing = label.roc === null ? `<p class="sub">No ROC curve: ${label.figures.auroc.reason}.</p>` : '';
  return `<figure><h3>${escapeMarkup(label.name)}</h3>${missing}<div class="pair">${drawn.join('')}</div></figure>`;
}

/** The report as one page that needs nothing else: no script, no font, no network. */
export function pageReport(report: EvaluationReport): string {
  const title = `Evaluation of ${escapeMarkup(report.head.name)}`;
  const [summary, labels, ...others] = tablesOf(report);
  const bars = report.whole.labels.map(({ figures }) => intervalBar(figures.auroc, 0.4));
  const about = aboutOf(report).map(
    ([name, text]) => `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(text)}</dd>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title>`,
    `<style>\n${PAGE_STYLE}\n</style>`,
    '</head>',
    '<body><main>',
    `<h1>${title}</h1>`,
    `<p class="sub">${countText(report.whole.cases, report.cohort.unit)} of ${countText(report.whole.patients, 'patient')} · model bundle ${report.model.id.slice(0, 12)} · head ${report.head.id.slice(0, 12)}</p>`,
    `<p class="notice" role="note">${escapeMarkup(report.notice)}</p>`,
    ...warningsOf(report).map((warning) => `<p class="warning" role="alert">${escapeMarkup(warning)}</p>`),
    cards(report),
    ...(labels === undefined ? [] : [tableHtml(labels, bars)]),
    `<section><h2>Curves</h2><div class="plots">${report.whole.labels.map(plots).join('\n')}</div></section>`,
    ...others.map((table) => tableHtml(table)),
    `<section><h2>What was evaluated</h2><dl>${about.join('\n')}</dl></section>`,
    ...(summary === undefined ? [] : [tableHtml(summary)]),
    `<section><h2>How to read this</h2><ul>${NOTES.map((note) => `<li>${escapeMarkup(note)}</li>`).join('')}</ul></section>`,
    '</main></body>',
    '</html>\n',
  ].join('\n');
}
