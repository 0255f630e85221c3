/** Runs one scenario on both sides and reports every difference between them, and every rule that either side breaks. */
import { compareAnswers } from '../compare/compare.js';
import { bindScenario, type BoundScenario, type BoundStep } from '../model/bind-scenario.js';
import type { Difference, Drift } from '../model/drift.js';
import { describeError } from '../model/failure.js';
import type { FidelityCounter } from '../model/fidelity.js';
import type { Scenario } from '../model/scenario.js';
import { skipsOf } from '../model/skips.js';
import type { Published, Side } from '../model/target.js';
import { runScenario, type Transcript } from './run-scenario.js';
import { skippedStep, type StepResult } from './run-step.js';

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
  const drifts = ours.steps.flatMap((step): Drift[] => {
    const other = theirs?.steps.find((each) => each.step.name === step.step.name);
    return driftsOf(scenario, step, other, options, fidelity);
  });
  const interrupted = ours.interrupted ?? theirs?.interrupted;
  return {
    name: scenario.name,
    about: scenario.about,
    drifts,
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

function driftsOf(
  scenario: Scenario,
  ours: StepResult,
  theirs: StepResult | undefined,
  { left, right }: PairOptions,
  fidelity: FidelityCounter,
): Drift[] {
  const { name: step, operation, source = 'documented' } = ours.step;
  const names = { left: left.name, right: right?.name ?? '' };
  const { differences, compared } = compareSteps(ours, theirs, names);
  const { expected, shapes } = ours.checks;
  const answers = ours.answer === undefined ? 0 : 1;
  fidelity.add(operation.name, { answers, compared, shapes, drifts: differences.length });
  fidelity.addExpected(operation.name, source, expected);
  return differences.map((difference) => ({
    scenario: scenario.name,
    step,
    operation: operation.name,
    ...difference,
    // The command of the side that breaks a rule; for a difference, of a side that can still be called.
    curl: difference.side === left.name || right?.kind === 'simulate' ? ours.curl : (theirs?.curl ?? ours.curl),
  }));
}

/** What each side of one step gets wrong, where the two differ, and how many values were compared. */
function compareSteps(
  ours: StepResult,
  theirs: StepResult | undefined,
  names: { readonly left: string; readonly right: string },
): { readonly differences: Difference[]; readonly compared: number } {
  const own = ours.differences.map((difference) => ({ ...difference, side: names.left }));
  if (theirs === undefined) return { differences: own, compared: 0 };
  own.push(...theirs.differences.map((difference) => ({ ...difference, side: names.right })));
  if (ours.answer === undefined || theirs.answer === undefined) return { differences: own, compared: 0 };
  let compared = 0;
  const between = compareAnswers(ours.answer, theirs.answer, {
    free: Object.keys(ours.step.free ?? {}),
    onCompare: () => void (compared += 1),
  });
  return { differences: withoutDuplicates(own, between), compared };
}

/** If a broken rule and a difference show the same thing, keeps the one that explains more. */
function withoutDuplicates(own: readonly Difference[], between: readonly Difference[]): Difference[] {
  const status = between.filter(({ kind }) => kind === 'status');
  if (status.length > 0) return [...own.filter(({ kind }) => kind === 'no-answer'), ...status];
  const comparedPaths = new Set(between.map(({ path }) => path));
  const violatedKeys = new Set(own.filter(({ kind }) => kind.endsWith('-key')).map(({ path }) => path));
  return [
    ...own.filter(({ kind, path, note }) => kind !== 'promise' || note !== undefined || !comparedPaths.has(path)),
    ...between.filter(({ kind, path }) => !(violatedKeys.has(path) && (kind === 'missing' || kind === 'extra'))),
  ];
}
