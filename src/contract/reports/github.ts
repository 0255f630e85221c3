import { checksOf } from '../model/fidelity.js';
import type { SuiteReport } from '../run/run-suite.js';
import { escape } from './escape.js';
import { causesOf, describeCause, placeOf, type Cause } from './findings/causes.js';
import { explanationLines } from './findings/explain-drift.js';
import {
  checkSources,
  counted,
  fidelityHead,
  fidelityRows,
  figures,
  problemsOf,
  SCENARIO_COLUMNS,
  SECTIONS,
  skipReason,
  verdict,
} from './findings/labels.js';
import { shortDiff } from './findings/responses.js';

// GitHub shows at most 1 MiB. The other reports contain everything.
const MAX_CAUSES = 20;
const MAX_ROWS = 10;
const MAX_DIFF_LINES = 40;

/** Markdown for a GitHub job summary. */
export function githubSummary(report: SuiteReport): string {
  const { drifts, accepted, stale, fidelity, outcome, scenarios } = report;
  const checked = fidelityRows(fidelity.filter((each) => checksOf(each) > 0)).map((cells) => row(cells.map(String)));
  const blocks = [
    `## ${outcome === 'agree' ? '✅' : '❌'} understudy contract`,
    `${escape(verdict(report))}  \n${figures(report)}`,
    problemsOf(scenarios)
      .map(([label, text]) => `**${label}** ${escape(text)}`)
      .join('  \n'),
    differences(causesOf(drifts), report),
    list(
      SECTIONS.stale,
      stale.map(({ known: { scenario, step, path }, why }) => `${scenario} · ${step} · ${path}: ${why}`),
    ),
    list(
      SECTIONS.accepted,
      accepted.map(({ drift, known }) => `${placeOf(drift)}: ${known.reason} (until ${known.expires})`),
    ),
    details(SECTIONS.scenarios, [...tableHead(SCENARIO_COLUMNS), ...scenarios.map(scenarioRow)].join('\n')),
    details(
      SECTIONS.checks,
      [escape(checkSources(report)), '', ...tableHead(fidelityHead(report)), ...checked].join('\n'),
    ),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function differences(causes: readonly Cause[], report: SuiteReport): string {
  if (causes.length === 0) return '';
  const shown = causes.slice(0, MAX_CAUSES).map((cause, i) => {
    const rows = cause.drifts.slice(0, MAX_ROWS).map((drift) => {
      const values = explanationLines(drift, report).map(([label, value]) => `${label}: ${code(value)}`);
      return row([`${drift.scenario} · ${drift.step}`, drift.operation, code(drift.path), values.join('<br>')]);
    });
    const rest = cause.drifts.length - MAX_ROWS;
    const more = rest > 0 ? `\n\n… and ${rest} more with this cause.` : '';
    const table = [...tableHead(['Step', 'Operation', 'Path', 'Values']), ...rows].join('\n');
    return details(describeCause(cause), [table + more, ...firstDiff(cause, report)].join('\n\n'), i === 0);
  });
  const rest = causes.length - MAX_CAUSES;
  const more = rest > 0 ? [`… and ${counted(rest, 'more cause', 'more causes')}.`] : [];
  return [`### ${SECTIONS.differences}`, ...shown, ...more].join('\n\n');
}

function scenarioRow({ name, about, steps, skipped, drifts }: SuiteReport['scenarios'][number]): string {
  return row([
    `**${escape(name)}** ${escape(about)} ${escape(skipReason(skipped))}`.trimEnd(),
    ...[steps, skipped.length, drifts.length].map(String),
  ]);
}

/** The responses behind the first difference of a cause, as far as they differ. */
function firstDiff({ drifts: [drift] }: Cause, report: SuiteReport): string[] {
  const diff = shortDiff(drift, report, MAX_DIFF_LINES);
  if (diff === undefined) return [];
  // A fence must be longer than any row of backticks in the text.
  return [`${diff.title}\n\n\`\`\`\`\`diff\n${diff.lines.join('\n').replaceAll('`````', "'''''")}\n\`\`\`\`\``];
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `### ${title}\n\n${items.map((item) => `- ${escape(item)}`).join('\n')}`;
}

function details(summary: string, text: string, isOpen = false): string {
  return `<details${isOpen ? ' open' : ''}><summary>${escape(summary)}</summary>\n\n${text}\n\n</details>`;
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
