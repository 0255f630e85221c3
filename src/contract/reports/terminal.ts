import type { ScenarioReport } from '../run/run-pair.js';
import type { SuiteReport } from '../run/run-suite.js';
import { causesOf, describeCause, placeOf, type Cause } from './findings/causes.js';
import { explanationLines } from './findings/explain-drift.js';
import { checkSources, counted, figures, problemsOf, SECTIONS, verdict } from './findings/labels.js';
import { shortDiff } from './findings/responses.js';

/** Text styles of a terminal; without colours they return the text unchanged. */
export interface Styles {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const escapeCode = (begin: number, end: number) => (text: string) => `\u001B[${begin}m${text}\u001B[${end}m`;
const plain = (text: string) => text;

export function paint(colours: boolean): Styles {
  if (!colours) return { good: plain, bad: plain, strong: plain, faint: plain };
  return { good: escapeCode(32, 39), bad: escapeCode(31, 39), strong: escapeCode(1, 22), faint: escapeCode(2, 22) };
}

// The other reports contain everything.
const MAX_CAUSES = 15;
const MAX_DRIFTS_PER_CAUSE = 3;
const MAX_COMMAND_LENGTH = 800;
const MAX_DIFF_LINES = 12;

/** The result of one scenario in one line. */
export function scenarioLine(
  { name, drifts, steps, skipped, interrupted }: ScenarioReport,
  { good, bad, faint }: Styles,
): string {
  const skips = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
  const differences = drifts.length > 0 ? `, ${counted(drifts.length, 'difference')}` : '';
  const mark = drifts.length > 0 || interrupted !== undefined ? bad('✗') : good('✓');
  return `${mark} ${name.padEnd(26)}${faint(`${counted(steps, 'step')}${skips}`)}${bad(differences)}`;
}

/** Everything that needs attention, with the verdict last. */
export function terminalReport(report: SuiteReport, colours: boolean): string {
  const styles = paint(colours);
  const { bad, good, strong, faint } = styles;
  const causes = causesOf(report.drifts);
  const rest = causes.length - MAX_CAUSES;
  const blocks = [
    ...causes.slice(0, MAX_CAUSES).map((cause) => causeBlock(cause, report, styles)),
    rest > 0 ? faint(`… and ${counted(rest, 'more cause', 'more causes')}: see --report html=FILE`) : '',
    staleBlock(report, styles),
    problemsOf(report.scenarios)
      .map(([label, text]) => `${bad(label)}  ${text}`)
      .join('\n'),
    skippedBlock(report, faint),
    faint(`${figures(report)}\n${checkSources(report)}`),
    (report.outcome === 'agree' ? good : bad)(strong(verdict(report))),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function causeBlock(cause: Cause, report: SuiteReport, styles: Styles): string {
  const { strong, bad, faint } = styles;
  const lines = cause.drifts.slice(0, MAX_DRIFTS_PER_CAUSE).flatMap((drift) => {
    const explanation = explanationLines(drift, report);
    const width = Math.max(...explanation.map(([label]) => label.length));
    return [
      `  ${strong(placeOf(drift))}`,
      ...explanation.map(([label, value]) => `    ${label.padEnd(width)}  ${value}`),
    ];
  });
  const rest = cause.drifts.length - MAX_DRIFTS_PER_CAUSE;
  const more = rest > 0 ? [faint(`  … and ${rest} more with this cause`)] : [];
  const curl = cause.drifts[0]?.curl;
  const command = curl === undefined || curl.length > MAX_COMMAND_LENGTH ? [] : [`  ${faint(curl)}`];
  return [bad(describeCause(cause)), ...lines, ...more, ...firstDiff(cause, report, styles), ...command].join('\n');
}

/** The responses behind the first difference of a cause, as far as they differ. */
function firstDiff({ drifts: [drift] }: Cause, report: SuiteReport, { good, bad, faint }: Styles): string[] {
  const diff = shortDiff(drift, report, MAX_DIFF_LINES);
  if (diff === undefined) return [];
  const style = (line: string) => (line.startsWith('-') ? bad : line.startsWith('+') ? good : faint);
  return [`  ${diff.title}`, ...diff.lines.map((line) => `    ${style(line)(line)}`)];
}

function staleBlock({ stale }: SuiteReport, { bad }: Styles): string {
  if (stale.length === 0) return '';
  const lines = stale.map(
    ({ known: { scenario, step, path, reason }, why }) =>
      `  ${scenario} · ${step} · ${path || 'whole response'}\n    ${why} (${reason})`,
  );
  return [bad(SECTIONS.stale), ...lines].join('\n');
}

function skippedBlock({ scenarios }: SuiteReport, faint: Styles['faint']): string {
  const reasons = new Map<string, number>();
  for (const { why } of scenarios.flatMap(({ skipped }) => skipped)) {
    if (why.startsWith('needs')) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  return [...reasons].map(([why, count]) => faint(`skipped: ${counted(count, 'step')}, ${why}`)).join('\n');
}
