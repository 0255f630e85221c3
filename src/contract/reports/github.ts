import { promisesOf } from '../model/fidelity.js';
import type { SuiteReport } from '../run/run-suite.js';
import { fidelityHead, fidelityRows, figures, KINDS, sayings, verdict } from './explain-drift.js';

const MOST = 50;

/** Markdown for a GitHub job summary. */
export function githubSummary(report: SuiteReport): string {
  const { drifts, fidelity, outcome } = report;
  const head = `## ${outcome === 'agree' ? '✅' : '❌'} understudy contract\n\n${verdict(report)}  \n${figures(report)}`;
  const rows = drifts.slice(0, MOST).map((drift) => {
    const said = sayings(drift, report).map(([who, what]) => `${who}: ${code(what)}`);
    return row([
      drift.operation,
      `${drift.scenario} · ${drift.step}`,
      code(drift.path),
      KINDS[drift.kind],
      said.join('<br>'),
    ]);
  });
  const more = drifts.length > MOST ? `\n\n… and ${drifts.length - MOST} more.` : '';
  const table =
    rows.length === 0
      ? ''
      : `\n\n${[...tableHead(['operation', 'step', 'path', 'what', 'who says what']), ...rows].join('\n')}${more}`;
  const checked = fidelityRows(fidelity.filter((each) => promisesOf(each) > 0)).map((cells) => row(cells.map(String)));
  const details = `\n\n<details><summary>What was checked of each operation</summary>\n\n${[...tableHead(fidelityHead(report)), ...checked].join('\n')}\n\n</details>\n`;
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
