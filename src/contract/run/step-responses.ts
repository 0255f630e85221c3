import type { ComparableAnswer } from '../compare/compare.js';
import type { Transcript } from './run-scenario.js';

/** The whole masked responses of both sides to a step at which they differ. */
export interface StepResponses {
  readonly scenario: string;
  readonly step: string;
  readonly left?: ComparableAnswer | undefined;
  readonly right?: ComparableAnswer | undefined;
  /** Paths whose values may differ. */
  readonly free: readonly string[];
}

/** The responses to the given steps. */
export function responsesOf(
  ours: Transcript,
  theirs: Transcript | undefined,
  steps: ReadonlySet<string>,
): StepResponses[] {
  const others = new Map(theirs?.steps.map((result) => [result.step.name, result.answer]));
  return ours.steps
    .filter(({ step }) => steps.has(step.name))
    .map(({ step: { name, free = {} }, answer }) => ({
      scenario: ours.scenario,
      step: name,
      left: answer,
      right: others.get(name),
      free: Object.keys(free),
    }))
    .filter(({ left, right }) => left !== undefined || right !== undefined);
}
