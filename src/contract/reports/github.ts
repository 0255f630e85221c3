import { checksOf } from '../model/fidelity.js';
import type { SuiteReport } from '../run/run-suite.js';
import { explainDrift } from './explain-drift.js';
import { fidelityHead, fidelityRows, figures, KIND_LABELS, verdict } from './labels.js';

const MAX_ROWS = 50;

/** Markdown for a GitHub job summary. */
export function githubSummary(report: SuiteReport): string {
  const { drifts, fidelity, outcome } = report;
  const head = `## ${outcome === 'agree' ? '✅' : '❌'} understudy contract\n\n${verdict(report)}  \n${figures(report)}`;
  const rows = drifts.slice(0, MAX_ROWS).map((drift) => {
    const explanation = explainDrift(drift, report).map(([label, value]) => `${label}: ${code(value)}`);
    return row([
      drift.operation,
      `${drift.scenario} · ${drift.step}`,
      code(drift.path),
      KIND_LABELS[drift.kind],
      explanation.join('<br>'),
    ]);
  });
  const more = drifts.length > MAX_ROWS ? `\n\n… and ${drifts.length - MAX_ROWS} more.` : '';
  const table =
    rows.length === 0
      ? ''
      : `\n\n${[...tableHead(['operation', 'step', 'path', 'difference', 'values']), ...rows].join('\n')}${more}`;
  const checked = fidelityRows(fidelity.filter((each) => checksOf(each) > 0)).map((cells) => row(cells.map(String)));
  const details = `\n\n<details><summary>Checks of each operation</summary>\n\n${[...tableHead(fidelityHead(report)), ...checked].join('\n')}\n\n</details>\n`;
  return `${head}${table}${details}`;
}

function tableHead(names: readonly string[]): string[] {
  return [row(names), row(names.map(() => '---'))];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text.replaceAll('`', "'")}\``;
}
