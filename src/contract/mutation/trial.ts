import type { Drift } from '../model/drift.js';
import type { Scenario } from '../model/scenario.js';
import type { Published, Side } from '../model/target.js';
import { runSuite } from '../run/run-suite.js';
import type { Mutation } from './mutation.js';

/** The result of running scenarios with one mutation. */
export interface Trial {
  readonly mutation: Mutation;
  /**
   * - `found`: reported at the mutated step, or at a later one if the mutation cannot show at that step
   * - `elsewhere`: reported, but at a different step
   * - `missed`: not reported
   * - `not applied`: no response to change
   */
  readonly outcome: 'found' | 'elsewhere' | 'missed' | 'not applied';
  readonly scenario?: string;
  readonly step?: string;
  readonly drifts: readonly Drift[];
}

export interface TrialSides {
  readonly left: Side;
  readonly right: Side;
  readonly published: Published;
}

/** Runs the scenarios with the mutation on the right side, until one of them reports it. */
export async function tryMutation(
  mutation: Mutation,
  scenarios: readonly Scenario[],
  sides: TrialSides,
): Promise<Trial> {
  let best: Trial = { mutation, outcome: 'not applied', drifts: [] };
  for (const scenario of scenarios) {
    const trial = await tryScenario(mutation, scenario, sides);
    if (trial.outcome === 'found') return trial;
    if (trial.outcome !== 'not applied' && best.outcome !== 'elsewhere') best = trial;
  }
  return best;
}

async function tryScenario(
  mutation: Mutation,
  scenario: Scenario,
  { left, right, published }: TrialSides,
): Promise<Trial> {
  const baseline = await right.open(scenario.name);
  if (baseline === undefined) return { mutation, outcome: 'not applied', drifts: [] };
  const target = mutation.mutate(baseline, published.operations);
  const mutated: Side = {
    ...right,
    name: 'mutated',
    open: () => Promise.resolve(target),
    close: () => Promise.resolve(),
  };
  const report = await runSuite({
    scenarios: [scenario],
    left,
    right: mutated,
    published,
    onStep: (side, _, step) => side === mutated && target.begin(step),
  });
  const { drifts } = report;
  const step = target.mutatedStep()?.name;
  if (step === undefined) return { mutation, outcome: 'not applied', drifts };
  const trial = { mutation, scenario: scenario.name, step, drifts };
  // A scenario that cannot start is reported as such, without any drift.
  if (report.outcome === 'incomplete') return { ...trial, outcome: 'found' };
  const steps = report.scenarios[0]?.transcript.steps.map((result) => result.step.name) ?? [];
  const reported = drifts.map((drift) => drift.step);
  const isFound =
    mutation.shows === 'there'
      ? reported.includes(step)
      : reported.some((name) => steps.indexOf(name) >= steps.indexOf(step));
  return { ...trial, outcome: isFound ? 'found' : reported.length > 0 ? 'elsewhere' : 'missed' };
}
