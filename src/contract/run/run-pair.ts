/** Runs one scenario on both sides and reports every difference between them, and every rule that either side breaks. */
import type { StepResponses } from '../compare/diff.js';
import { bindScenario, type BoundScenario, type BoundStep } from '../model/bind-scenario.js';
import type { Drift } from '../model/drift.js';
import { describeError } from '../model/failure.js';
import type { FidelityCounter } from '../model/fidelity.js';
import type { Scenario } from '../model/scenario.js';
import { skipsOf } from '../model/skips.js';
import type { Published, Side } from '../model/target.js';
import { runScenario, type Transcript } from './run-scenario.js';
import { compareTranscripts } from './compare-transcripts.js';
import { skippedStep } from './run-step.js';
import { responsesOf } from './step-responses.js';

export interface PairOptions {
  readonly left: Side;
  /** Without a right side, only expectations and published schemas are checked. */
  readonly right?: Side | undefined;
  readonly published: Published;
  /** Aborts the run; what was found until then is reported. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of one call in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** A response of the right side that takes longer is reported; of the only side, if there is no right one. In milliseconds. */
  readonly maxLatencyMs?: number | undefined;
  /** Called before each step of either side. */
  readonly onStep?: (side: Side, scenario: Scenario, step: BoundStep) => void;
}

export interface ScenarioReport {
  readonly name: string;
  readonly about: string;
  readonly drifts: readonly Drift[];
  /** The whole responses to the steps that have differences. */
  readonly responses: readonly StepResponses[];
  /** Steps with a response on the left side. */
  readonly steps: number;
  readonly skipped: readonly { readonly step: string; readonly why: string }[];
  /** Whether there was a right side to compare with. */
  readonly compared: boolean;
  /** Why the scenario did not finish. */
  readonly interrupted?: string;
  readonly leftovers: readonly string[];
  readonly milliseconds: number;
  /** The masked exchanges of the left side. */
  readonly transcript: Transcript;
}

export async function runPair(
  scenario: Scenario,
  options: PairOptions,
  fidelity: FidelityCounter,
): Promise<ScenarioReport> {
  const started = performance.now();
  const { left } = options;
  const [leftTranscript, theirs] = await runSides(scenario, options);
  const ours = leftTranscript ?? interruptedTranscript(scenario, `${left.name} has no recording of this scenario`);
  const drifts = compareTranscripts(scenario, ours, theirs, options, fidelity);
  const interrupted = ours.interrupted ?? theirs?.interrupted;
  return {
    name: scenario.name,
    about: scenario.about,
    drifts,
    responses: responsesOf(ours, theirs, new Set(drifts.map(({ step }) => step))),
    steps: ours.steps.filter(({ answer }) => answer !== undefined).length,
    skipped: ours.steps.flatMap(({ step, skipped }) =>
      skipped === undefined ? [] : [{ step: step.name, why: skipped }],
    ),
    compared: theirs !== undefined,
    ...(interrupted === undefined ? {} : { interrupted }),
    leftovers: [...ours.leftovers, ...(theirs?.leftovers ?? [])],
    milliseconds: performance.now() - started,
    transcript: ours,
  };
}

/** The transcripts of the left and the right side; undefined for a side that cannot run the scenario. */
async function runSides(scenario: Scenario, options: PairOptions): Promise<(Transcript | undefined)[]> {
  const { left, right, published, signal, timeoutMs, maxLatencyMs, onStep } = options;
  const sides = right === undefined ? [left] : [left, right];
  let bound: BoundScenario;
  try {
    bound = bindScenario(scenario, published.operations);
  } catch (error) {
    return sides.map(() => interruptedTranscript(scenario, describeError(error)));
  }
  const skip = skipsOf(
    bound,
    sides.map(({ prerequisites }) => prerequisites),
  );
  return Promise.all(
    sides.map(async (side) => {
      try {
        const target = await side.open(scenario.name);
        if (target === undefined) return undefined;
        return await runScenario(scenario, target, {
          onStep: (step) => onStep?.(side, scenario, step),
          published,
          prerequisites: side.prerequisites,
          skip,
          suffix: side.suffixOf?.(scenario.name),
          signal,
          timeoutMs,
          maxLatencyMs: side === (right ?? left) ? maxLatencyMs : undefined,
        });
      } catch (error) {
        return interruptedTranscript(scenario, describeError(error), bound.opening);
      }
    }),
  );
}

function interruptedTranscript({ name }: Scenario, reason: string, opening?: BoundStep): Transcript {
  const steps = opening === undefined ? [] : [skippedStep(opening, reason)];
  return { scenario: name, steps, interrupted: reason, leftovers: [] };
}
