/** The report of a mutation run: what was found, by kind, and the false alarms of honest passes. */
import type { Trial } from './trial.js';

/** A trial as it is written to a file. */
export interface TrialRecord {
  readonly kind: string;
  readonly operation: string;
  readonly path: string;
  readonly outcome: Trial['outcome'];
  readonly where: string;
  /** Whether a step of the mutated operation reports it. */
  readonly isNamed: boolean;
}

export function recordOf({ mutation, outcome, scenario, step, reportedBy }: Trial): TrialRecord {
  const { kind, operation, path } = mutation;
  const where = scenario === undefined ? 'no step fits' : `${scenario} · ${step}`;
  return { kind, operation, path, outcome, where, isNamed: reportedBy === operation };
}

/** The honest passes of one kind. */
export interface HonestResult {
  readonly kind: string;
  readonly passes: number;
  readonly alarms: readonly string[];
}

const isApplied = ({ outcome }: TrialRecord): boolean => outcome !== 'not applied';

export function isClean(records: readonly TrialRecord[], honest: readonly HonestResult[]): boolean {
  return (
    records.every(({ outcome }) => outcome === 'found' || outcome === 'not applied') &&
    honest.every(({ alarms }) => alarms.length === 0)
  );
}

/** A table in Markdown, and everything that was not found. */
export function mutationReport(records: readonly TrialRecord[], honest: readonly HonestResult[]): string {
  const applied = records.filter(isApplied);
  const notFound = applied.filter(({ outcome }) => outcome !== 'found');
  const operations = new Set(applied.map(({ operation }) => operation)).size;
  const found = applied.length - notFound.length;
  const passes = honest.reduce((sum, each) => sum + each.passes, 0);
  const alarms = honest.flatMap((each) => each.alarms.map((alarm) => `${each.kind}: ${alarm}`));
  return [
    '| Kind of mutation | Operations | Mutations | Found | By a step of that operation |',
    '| --- | --- | --- | --- | --- |',
    ...rowsOf(applied),
    `| **Total** | ${operations} | ${applied.length} | ${found} | ${applied.filter(({ isNamed }) => isNamed).length} |`,
    '',
    ...notFound.map(
      ({ outcome, kind, path, operation, where }) => `${outcome}: ${kind} ${path} in ${operation} (${where})`,
    ),
    '| A target that … | Honest passes | False alarms |',
    '| --- | --- | --- |',
    ...honest.map((each) => `| ${each.kind} | ${each.passes} | ${each.alarms.length} |`),
    `| **Total** | ${passes} | ${alarms.length} |`,
    '',
    ...new Set(alarms),
    `${found} of ${applied.length} mutations found, in ${operations} operations; ` +
      `${alarms.length} false alarms in ${passes} honest passes`,
    '',
  ].join('\n');
}

function rowsOf(applied: readonly TrialRecord[]): string[] {
  const kinds = new Map<string, TrialRecord[]>();
  for (const record of applied) kinds.set(record.kind, [...(kinds.get(record.kind) ?? []), record]);
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, records]) => {
      const operations = new Set(records.map(({ operation }) => operation)).size;
      const found = records.filter(({ outcome }) => outcome === 'found').length;
      const named = records.filter(({ isNamed }) => isNamed).length;
      return `| ${kind} | ${operations} | ${records.length} | ${found} | ${named} |`;
    });
}
