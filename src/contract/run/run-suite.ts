/** Plays scenarios on two sides and accounts for every difference. */
import { createFidelityBook, type Fidelity } from '../model/fidelity.js';
import { judge, type Judged, type KnownDrift } from '../model/known-drift.js';
import { playPair, type PairOptions, type ScenarioReport } from './run-pair.js';
import type { Scenario } from '../model/scenario.js';
import type { Side } from '../model/target.js';

export interface SuiteOptions extends PairOptions {
  readonly scenarios: readonly Scenario[];
  /** Scenarios that run at the same time. */
  readonly parallel?: number;
  readonly known?: readonly KnownDrift[];
  /** Today, as `2026-01-31`, for known drift that expires. */
  readonly today?: string;
  readonly onScenario?: (done: ScenarioReport, count: number) => void;
}

/** What the whole run found. */
export interface SuiteReport extends Judged {
  readonly left: string;
  readonly right:
    { readonly name: string; readonly kind: Side['kind']; readonly recorded?: string | undefined } | undefined;
  readonly scenarios: readonly ScenarioReport[];
  readonly fidelity: readonly Fidelity[];
  readonly milliseconds: number;
  /** `incomplete`: a scenario did not come to its end. */
  readonly outcome: 'agree' | 'drift' | 'incomplete';
}

export async function runSuite(options: SuiteOptions): Promise<SuiteReport> {
  const { scenarios, left, right, published, parallel = 1, known = [], signal, onScenario } = options;
  const started = performance.now();
  const book = createFidelityBook(published.operations.map(({ name }) => name));
  const reports: ScenarioReport[] = [];
  const waiting = [...scenarios];

  async function work(): Promise<void> {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const report = await playPair(scenario, options, book);
      reports.push(report);
      onScenario?.(report, reports.length);
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));

  const order = new Map(scenarios.map(({ name }, i) => [name, i]));
  reports.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  const compared = new Set(reports.filter((each) => each.compared).flatMap(playedSteps));
  const judged = judge(
    reports.flatMap(({ drifts }) => drifts),
    known,
    {
      today: options.today ?? new Date().toISOString().slice(0, 10),
      against: right?.kind ?? '',
      wasCompared: (scenario, step) => compared.has(`${scenario}\n${step}`),
    },
  );
  const complete =
    !signal?.aborted &&
    reports.every(({ interrupted, leftovers }) => interrupted === undefined && leftovers.length === 0);
  const clean = judged.drifts.length === 0 && judged.stale.length === 0;
  return {
    ...judged,
    left: left.name,
    right: right && { name: right.name, kind: right.kind, recorded: right.recorded },
    scenarios: reports,
    fidelity: book.entries(),
    milliseconds: performance.now() - started,
    outcome: complete ? (clean ? 'agree' : 'drift') : 'incomplete',
  };
}

function playedSteps({ name, transcript }: ScenarioReport): string[] {
  return transcript.steps.filter(({ answer }) => answer !== undefined).map(({ step }) => `${name}\n${step.name}`);
}
