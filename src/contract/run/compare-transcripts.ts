/** Compares the transcripts of two sides step by step. */
import { compareAnswers } from '../compare/compare.js';
import type { Difference, Drift, DriftKind } from '../model/drift.js';
import type { FidelityCounter } from '../model/fidelity.js';
import type { Scenario } from '../model/scenario.js';
import type { Side } from '../model/target.js';
import type { Transcript } from './run-scenario.js';
import type { StepResult } from './run-step.js';

export interface ComparedSides {
  readonly left: Pick<Side, 'name'>;
  readonly right?: Pick<Side, 'name' | 'kind'> | undefined;
}

/** Every difference between two transcripts, and every rule that either side breaks. */
export function compareTranscripts(
  scenario: Scenario,
  ours: Transcript,
  theirs: Transcript | undefined,
  sides: ComparedSides,
  fidelity?: FidelityCounter,
): Drift[] {
  const others = new Map(theirs?.steps.map((step) => [step.step.name, step]));
  return ours.steps.flatMap((step) => driftsOf(scenario, step, others.get(step.step.name), sides, fidelity));
}

/** The drifts of one step. */
export function driftsOf(
  scenario: Scenario,
  ours: StepResult,
  theirs: StepResult | undefined,
  { left, right }: ComparedSides,
  fidelity?: FidelityCounter,
): Drift[] {
  const { name: step, operation, source = 'documented' } = ours.step;
  const names = { left: left.name, right: right?.name ?? '' };
  const { differences, compared } = compareSteps(ours, theirs, names);
  const { expected, shapes } = ours.checks;
  const answers = ours.answer === undefined ? 0 : 1;
  fidelity?.add(operation.name, { answers, compared, shapes, drifts: differences.length });
  fidelity?.addExpected(operation.name, source, expected);
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

/** The published schema decides whether the field may be there. */
const FIELD_VIOLATIONS: ReadonlySet<DriftKind> = new Set(['field-not-in-schema', 'missing-required-field']);

/** If a broken rule and a difference show the same thing, keeps the one that explains more. */
function withoutDuplicates(own: readonly Difference[], between: readonly Difference[]): Difference[] {
  const status = between.filter(({ kind }) => kind === 'status');
  if (status.length > 0) return [...own.filter(({ kind }) => kind === 'no-response'), ...status];
  const comparedPaths = new Set(between.map(({ path }) => path));
  const violatedFields = new Set(own.filter(({ kind }) => FIELD_VIOLATIONS.has(kind)).map(({ path }) => path));
  return [
    ...own.filter(
      ({ kind, path, note }) => kind !== 'failed-expectation' || note !== undefined || !comparedPaths.has(path),
    ),
    ...between.filter(({ kind, path }) => !(violatedFields.has(path) && (kind === 'missing' || kind === 'extra'))),
  ];
}
