import { aboutOf, NOTES } from './about.ts';
import { type EvaluationReport, warningsOf } from './report.ts';
import { type TextTable, tablesOf } from './tables.ts';

function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
}

/** A table in GitHub's Markdown. */
export function markdownTable({ head, rows }: Pick<TextTable, 'head' | 'rows'>): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The report as Markdown, for a repository or a model card. */
export function markdownReport(report: EvaluationReport): string {
  return [
    `# Evaluation of ${report.head.name}`,
    `**${report.notice}**`,
    ...warningsOf(report).map((warning) => `**${warning}**`),
    aboutOf(report)
      .map(([name, text]) => `- ${name}: ${cell(text)}`)
      .join('\n'),
    ...tablesOf(report).flatMap((table) => [`## ${table.title}`, markdownTable(table)]),
    NOTES.map((note) => `- ${note}`).join('\n'),
    '',
  ].join('\n\n');
}
