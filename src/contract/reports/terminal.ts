import type { Drift } from '../model/drift.js';
import type { ScenarioReport } from '../run/run-pair.js';
import type { SuiteReport } from '../run/run-suite.js';
import { counted, figures, KINDS, sayings, sources, verdict } from './explain-drift.js';

/** Marks for a terminal; empty functions where colours are not wanted. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
}

const code = (begin: number, end: number) => (text: string) => `\u001B[${begin}m${text}\u001B[${end}m`;
const plain = (text: string) => text;

export function paint(colours: boolean): Paint {
  if (!colours) return { good: plain, bad: plain, strong: plain, faint: plain };
  return { good: code(32, 39), bad: code(31, 39), strong: code(1, 22), faint: code(2, 22) };
}

/** Nobody reads more at once; the other reports have everything. */
const MOST_STEPS = 15;
const MOST_IN_STEP = 8;
const LONGEST_COMMAND = 800;

/** One scenario, as a line. */
export function scenarioLine(
  { name, drifts, steps, skipped, interrupted }: ScenarioReport,
  { good, bad, faint }: Paint,
): string {
  const left = skipped.length > 0 ? `, ${skipped.length} left out` : '';
  const found = drifts.length > 0 ? `, ${counted(drifts.length, 'difference')}` : '';
  const mark = drifts.length > 0 || interrupted !== undefined ? bad('✗') : good('✓');
  return `${mark} ${name.padEnd(26)}${faint(`${counted(steps, 'step')}${left}`)}${bad(found)}`;
}

/** Everything a person needs to act on, the verdict last. */
export function terminalReport(report: SuiteReport, colours: boolean): string {
  const marks = paint(colours);
  const { bad, good, strong, faint } = marks;
  const all = groups(report.drifts);
  const blocks = [
    ...all.slice(0, MOST_STEPS).map((drifts) => groupBlock(drifts, report, marks)),
    all.length > MOST_STEPS ? faint(`… and ${all.length - MOST_STEPS} more steps: see --report html=FILE`) : '',
    ...report.stale.map(
      ({ known, why }) =>
        `${bad('known drift out of date')}  ${known.scenario} · ${known.step} · ${known.path || '(whole answer)'}\n  ${why} (${known.reason})`,
    ),
    ...report.scenarios.flatMap(({ name, interrupted, leftovers }) => [
      ...(interrupted === undefined ? [] : [`${bad('not finished')}  ${name}: ${interrupted}`]),
      ...leftovers.map((what) => `${bad('left behind')}  ${name}: ${what}`),
    ]),
    skippedBlock(report, faint),
    faint(`${figures(report)}\n${sources(report)}`),
    (report.outcome === 'agree' ? good : bad)(strong(verdict(report))),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** The drifts of one step together: they mostly have one cause. */
function groups(drifts: readonly Drift[]): Drift[][] {
  const grouped = new Map<string, Drift[]>();
  for (const drift of drifts) {
    const key = `${drift.scenario}\n${drift.step}`;
    grouped.set(key, [...(grouped.get(key) ?? []), drift]);
  }
  return [...grouped.values()];
}

function groupBlock(drifts: readonly Drift[], report: SuiteReport, { strong, bad, faint }: Paint): string {
  const [first] = drifts;
  if (first === undefined) return '';
  const lines = drifts.slice(0, MOST_IN_STEP).flatMap((drift) => {
    const said = sayings(drift, report);
    const width = Math.max(...said.map(([who]) => who.length));
    const where = drift.path === '' ? '' : `${drift.path}: `;
    return [`  ${bad(where + KINDS[drift.kind])}`, ...said.map(([who, what]) => `    ${who.padEnd(width)}  ${what}`)];
  });
  const head = `${strong(first.scenario)} · ${strong(first.step)} · ${first.operation}`;
  const more = drifts.length > MOST_IN_STEP ? [`  … and ${drifts.length - MOST_IN_STEP} more in this step`] : [];
  const command = first.curl === undefined || first.curl.length > LONGEST_COMMAND ? [] : [`  ${faint(first.curl)}`];
  return [head, ...lines, ...more, ...command].join('\n');
}

function skippedBlock({ scenarios }: SuiteReport, faint: Paint['faint']): string {
  const reasons = new Map<string, number>();
  for (const { why } of scenarios.flatMap(({ skipped }) => skipped)) {
    if (why.startsWith('needs')) reasons.set(why, (reasons.get(why) ?? 0) + 1);
  }
  return [...reasons].map(([why, count]) => faint(`left out: ${counted(count, 'step')}, ${why}`)).join('\n');
}
