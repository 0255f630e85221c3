import { driftsOf } from '../run/compare-transcripts.js';
import { runScenario } from '../run/run-scenario.js';
import type { StepResult } from '../run/run-step.js';
import type { Scenario } from '../model/scenario.js';
import type { Published, Side } from '../model/target.js';
import type { Discovery } from './discover.js';
import type { MutatedTarget, Mutation } from './mutation.js';

/** The result of running scenarios with one mutation. */
export interface Trial {
  readonly mutation: Mutation;
  /**
   * - `found`: reported where the mutation says that it shows
   * - `elsewhere`: reported, but at a different step
   * - `missed`: not reported
   * - `not applied`: no response to change
   */
  readonly outcome: 'found' | 'elsewhere' | 'missed' | 'not applied';
  readonly scenario?: string;
  readonly step?: string;
  /** The operation of the step that reports it. */
  readonly reportedBy?: string;
}

export interface TrialContext extends Pick<Discovery, 'transcripts' | 'exchanges'> {
  /** The correct side, which the mutation falsifies. */
  readonly side: Side;
  readonly published: Published;
}

/** Runs the scenarios with the mutation, until one of them reports it. */
export async function tryMutation(
  mutation: Mutation,
  scenarios: readonly Scenario[],
  context: TrialContext,
): Promise<Trial> {
  let best: Trial = { mutation, outcome: 'not applied' };
  for (const scenario of inOrderOfEffort(mutation, scenarios, context)) {
    const trial = await tryScenario(mutation, scenario, context);
    if (trial.outcome === 'found') return trial;
    if (trial.outcome !== 'not applied' && best.outcome !== 'elsewhere') best = trial;
  }
  return best.outcome === 'not applied' && mutation.mustApply ? { ...best, outcome: 'missed' } : best;
}

/** The scenarios with a response that the mutation fits, those first that get to it first. */
function inOrderOfEffort(
  mutation: Mutation,
  scenarios: readonly Scenario[],
  { exchanges }: Pick<TrialContext, 'exchanges'>,
): readonly Scenario[] {
  if (mutation.fits === undefined) return scenarios;
  return scenarios
    .map((scenario) => {
      const own = exchanges.get(scenario.name) ?? [];
      return [own.findIndex((each) => mutation.fits?.(each.operation, each.answer, each.step)), scenario] as const;
    })
    .filter(([index]) => index !== -1)
    .sort(([a], [b]) => a - b)
    .map(([, scenario]) => scenario);
}

async function tryScenario(
  mutation: Mutation,
  scenario: Scenario,
  { side, published, transcripts }: TrialContext,
): Promise<Trial> {
  const baseline = await side.open(scenario.name);
  const expected = transcripts.get(scenario.name);
  if (baseline === undefined || expected === undefined) return { mutation, outcome: 'not applied' };
  const target = mutation.mutate(baseline, published.operations);
  const left = new Map(expected.steps.map((each) => [each.step.name, each]));
  const sides = { left: side, right: { name: 'mutated', kind: 'simulate' as const } };
  let outcome: 'found' | 'elsewhere' | 'missed' = 'missed';
  let reportedBy: string | undefined;
  const onStep: MutatedTarget['begin'] = (step) => target.begin(step);
  const onResult = (result: StepResult): 'stop' | undefined => {
    const ours = left.get(result.step.name);
    const mutated = target.mutatedStep();
    target.begin(undefined);
    if (ours === undefined || driftsOf(scenario, ours, result, sides).length === 0) return undefined;
    outcome = mutated !== undefined && isShown(mutation, result, mutated.name) ? 'found' : 'elsewhere';
    reportedBy = result.step.operation.name;
    return outcome === 'found' ? 'stop' : undefined;
  };
  const { prerequisites } = side;
  const transcript = await runScenario(scenario, target, { published, prerequisites, onStep, onResult });
  const step = target.mutatedStep()?.name;
  if (step === undefined) return { mutation, outcome: 'not applied' };
  // A scenario that cannot start, or leaves something behind, is reported as such.
  const isReported = transcript.interrupted !== undefined || transcript.leftovers.length > 0;
  return {
    mutation,
    scenario: scenario.name,
    step,
    outcome: isReported ? 'found' : outcome,
    ...(reportedBy !== undefined && { reportedBy }),
  };
}

/** Whether a drift at a step after the mutation shows it. */
function isShown({ shows, operation }: Mutation, { step }: StepResult, mutated: string): boolean {
  if (shows === 'there') return step.name === mutated;
  return shows === 'later' || step.operation.name === operation;
}
