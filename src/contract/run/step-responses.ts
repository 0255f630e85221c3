import type { StepResponses } from '../compare/diff.js';
import type { Transcript } from './run-scenario.js';

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
