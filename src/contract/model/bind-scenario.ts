import type { Operation, Scope } from '../../core/operation.js';
import { RunAborted } from './failure.js';
import type { Scenario, Step } from './scenario.js';

/** A step with the operation that it calls in one scope. */
export interface BoundStep extends Omit<Step, 'operation'> {
  readonly operation: Operation;
}

/** A scenario ready to run: its steps, preceded by the one that creates its service. */
export interface BoundScenario extends Omit<Scenario, 'steps'> {
  readonly opening: BoundStep;
  readonly steps: readonly BoundStep[];
}

/** The name of the step that precedes the steps of every scenario. */
export const OPENING_STEP = 'create the service';

/** Finds the operation of each step. @throws RunAborted for an unknown operation. */
export function bindScenario(
  scenario: Scenario,
  operations: readonly Operation[],
  scope: Scope = 'service',
): BoundScenario {
  const bind = (step: Step): BoundStep => {
    const operation = findOperation(step.operation, operations, scope);
    if (operation === undefined)
      throw new RunAborted(`unknown operation \`${step.operation}\` in step \`${step.name}\``);
    return { ...step, operation };
  };
  const opening = bind(openingOf(scenario));
  return { ...scenario, opening, steps: [opening, ...scenario.steps.map(bind)] };
}

/**
 * The operation that a step names: by its name, or by verb and noun. An operation that exists in one scope only is used
 * in both.
 */
export function findOperation(
  reference: string,
  operations: readonly Operation[],
  scope: Scope = 'service',
): Operation | undefined {
  const candidates = operations.filter((each) => each.name === reference || verbAndNoun(each) === reference);
  return candidates.find((each) => each.scope === scope) ?? candidates[0];
}

/** E.g. `create Conversations/Messages`. */
export function verbAndNoun({ verb, noun }: Operation): string {
  return `${verb} ${noun}`;
}

function openingOf({ name }: Scenario): Step {
  const FriendlyName = `understudy contract: ${name}`;
  return {
    name: OPENING_STEP,
    operation: 'create Services',
    input: { body: { FriendlyName } },
    saveAs: 'service',
    expect: { body: { friendly_name: FriendlyName } },
    source: 'published',
  };
}
