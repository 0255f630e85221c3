import type { Drift } from '../model/drift.js';
import type { ScenarioReport } from '../run/run-pair.js';
import type { SuiteReport } from '../run/run-suite.js';
import { explainDrift } from './explain-drift.js';
import { checkSources, counted, figures, KIND_LABELS, verdict } from './labels.js';

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
const MAX_STEPS = 15;
const MAX_DRIFTS_PER_STEP = 8;
const MAX_COMMAND_LENGTH = 800;

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
  const groups = groupByStep(report.drifts);
  const blocks = [
    ...groups.slice(0, MAX_STEPS).map((drifts) => stepBlock(drifts, report, styles)),
    groups.length > MAX_STEPS ? faint(`… and ${groups.length - MAX_STEPS} more steps: see --report html=FILE`) : '',
    ...report.stale.map(
      ({ known, why }) =>
        `${bad('known drift out of date')}  ${known.scenario} · ${known.step} · ${known.path || '(whole response)'}\n  ${why} (${known.reason})`,
    ),
    ...report.scenarios.flatMap(({ name, interrupted, leftovers }) => [
      ...(interrupted === undefined ? [] : [`${bad('not finished')}  ${name}: ${interrupted}`]),
      ...leftovers.map((leftover) => `${bad('not deleted')}  ${name}: ${leftover}`),
    ]),
    skippedBlock(report, faint),
    faint(`${figures(report)}\n${checkSources(report)}`),
    (report.outcome === 'agree' ? good : bad)(strong(verdict(report))),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** The drifts of one step usually have one cause, so they are shown together. */
function groupByStep(drifts: readonly Drift[]): Drift[][] {
  const groups = new Map<string, Drift[]>();
  for (const drift of drifts) {
    const key = `${drift.scenario}\n${drift.step}`;
    groups.set(key, [...(groups.get(key) ?? []), drift]);
  }
  return [...groups.values()];
}

function stepBlock(drifts: readonly Drift[], report: SuiteReport, { strong, bad, faint }: Styles): string {
  const [first] = drifts;
  if (first === undefined) return '';
  const lines = drifts.slice(0, MAX_DRIFTS_PER_STEP).flatMap((drift) => {
    const explanation = explainDrift(drift, report);
    const width = Math.max(...explanation.map(([label]) => label.length));
    const path = drift.path === '' ? '' : `${drift.path}: `;
    return [
      `  ${bad(path + KIND_LABELS[drift.kind])}`,
      ...explanation.map(([label, value]) => `    ${label.padEnd(width)}  ${value}`),
    ];
  });
  const head = `${strong(first.scenario)} · ${strong(first.step)} · ${first.operation}`;
  const rest = drifts.length - MAX_DRIFTS_PER_STEP;
  const more = rest > 0 ? [`  … and ${rest} more in this step`] : [];
  const command = first.curl === undefined || first.curl.length > MAX_COMMAND_LENGTH ? [] : [`  ${faint(first.curl)}`];
  return [head, ...lines, ...more, ...command].join('\n');
}

function skippedBlock({ scenarios }: SuiteReport, faint: Styles['faint']): string {
  const reasons = new Map<string, number>();
  for (const { why } of scenarios.flatMap(({ skipped }) => skipped)) {
    if (why.startsWith('needs')) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  return [...reasons].map(([why, count]) => faint(`skipped: ${counted(count, 'step')}, ${why}`)).join('\n');
}
