/** Runs scenarios on two sides and reports every difference. */
import type { StepResponses } from '../compare/diff.js';
import { openingStepOf } from '../model/bind-scenario.js';
import { createFidelityCounter, type Fidelity, type FidelityCounter } from '../model/fidelity.js';
import { type KnownDrift, sortDrift, type SortedDrift } from '../model/known-drift.js';
import type { Scenario } from '../model/scenario.js';
import type { Side } from '../model/target.js';
import { type PairOptions, runPair, type ScenarioReport } from './run-pair.js';

export interface SuiteOptions extends PairOptions {
  readonly scenarios: readonly Scenario[];
  /** How many scenarios run at the same time. Default: 1. */
  readonly parallel?: number;
  readonly known?: readonly KnownDrift[];
  /** The date that decides whether known drift has expired, e.g. `2026-01-31`. Default: today. */
  readonly today?: string;
  readonly onScenario?: (report: ScenarioReport, finished: number) => void;
}

export interface SuiteReport extends SortedDrift {
  readonly left: string;
  readonly right:
    | { readonly name: string; readonly kind: Side['kind']; readonly recorded?: string | undefined }
    | undefined;
  readonly scenarios: readonly ScenarioReport[];
  readonly fidelity: readonly Fidelity[];
  /** The whole responses to steps that have differences, at most 200. */
  readonly responses: readonly StepResponses[];
  /** When the run began, in ISO 8601. */
  readonly started: string;
  readonly milliseconds: number;
  /** `incomplete`: a scenario did not finish, or something could not be deleted. */
  readonly outcome: 'agree' | 'drift' | 'incomplete';
}

/** A run against the wrong server differs at every step; the first ones show why. */
const MAX_RESPONSES = 200;

export async function runSuite(options: SuiteOptions): Promise<SuiteReport> {
  const { scenarios, left, right, published, known = [], signal } = options;
  const startTime = performance.now();
  const started = new Date().toISOString();
  const fidelity = createFidelityCounter(published.operations.map(({ name }) => name));
  const reports = await runAll(options, fidelity);
  const compared = new Set(reports.filter((each) => each.compared).flatMap(answeredSteps));
  const sorted = sortDrift(
    reports.flatMap(({ drifts }) => drifts),
    known,
    {
      today: options.today ?? started.slice(0, 10),
      against: right?.kind ?? '',
      steps: stepNames(scenarios),
      wasCompared: (scenario, step) => compared.has(`${scenario}\n${step}`),
    },
  );
  const isComplete =
    !signal?.aborted &&
    reports.every(({ interrupted, leftovers }) => interrupted === undefined && leftovers.length === 0);
  const isClean = sorted.drifts.length === 0 && sorted.stale.length === 0;
  return {
    ...sorted,
    left: left.name,
    right: right && { name: right.name, kind: right.kind, recorded: right.recorded },
    scenarios: reports,
    fidelity: fidelity.entries(),
    responses: reports.flatMap(({ responses }) => responses).slice(0, MAX_RESPONSES),
    started,
    milliseconds: performance.now() - startTime,
    outcome: isComplete ? (isClean ? 'agree' : 'drift') : 'incomplete',
  };
}

/**
 * One report for each scenario, in their order. Scenarios that change settings of the account or use the phone numbers run
 * last and one at a time: the settings apply to all others, and a pair of numbers belongs to one conversation.
 */
async function runAll(options: SuiteOptions, fidelity: FidelityCounter): Promise<ScenarioReport[]> {
  const { scenarios, parallel = 1, onScenario } = options;
  const reports: ScenarioReport[] = [];
  const shared = scenarios.filter((each) => !needsAccount(each));
  const alone = scenarios.filter(needsAccount);
  async function work(queue: Scenario[]): Promise<void> {
    for (let scenario = queue.shift(); scenario !== undefined; scenario = queue.shift()) {
      const report = await runPair(scenario, options, fidelity);
      reports.push(report);
      onScenario?.(report, reports.length);
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, () => work(shared)));
  await work(alone);
  const order = new Map(scenarios.map(({ name }, i) => [name, i]));
  return reports.sort((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
}

function needsAccount({ steps }: Scenario): boolean {
  return steps.some(({ needs }) => needs === 'settings' || needs === 'phone');
}

function stepNames(scenarios: readonly Scenario[]): Map<string, readonly string[]> {
  return new Map(
    scenarios.map((scenario) => [scenario.name, [openingStepOf(scenario), ...scenario.steps.map((step) => step.name)]]),
  );
}

function answeredSteps({ name, transcript }: ScenarioReport): string[] {
  return transcript.steps.filter(({ answer }) => answer !== undefined).map(({ step }) => `${name}\n${step.name}`);
}
