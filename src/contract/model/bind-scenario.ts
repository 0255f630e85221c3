import type { Operation, Scope, Verb } from '../../core/operation.js';
import { RunAborted } from './failure.js';
import type { Expectation, Scenario, Step } from './scenario.js';
import { scopesOf } from './scopes.js';

/** A step with the operation that it calls in one scope. */
export interface BoundStep extends Omit<Step, 'operation'> {
  readonly operation: Operation;
}

/** A scenario ready to run: its steps, preceded by the one that creates or finds its service. */
export interface BoundScenario extends Omit<Scenario, 'steps'> {
  readonly scope: Scope;
  readonly opening: BoundStep;
  readonly steps: readonly BoundStep[];
}

/** The names of the step that precedes the steps of every scenario. */
const OPENING_STEPS: Readonly<Record<Scope, string>> = {
  service: 'create the service',
  account: 'find the default service',
};

export function openingStepOf({ scope = 'service' }: Scenario): string {
  return OPENING_STEPS[scope];
}

/** Finds the operation of each step in the scope of the scenario. @throws RunAborted for an unknown operation. */
export function bindScenario(scenario: Scenario, operations: readonly Operation[]): BoundScenario {
  const [scope = 'service'] = scopesOf(scenario);
  const bind = (step: Step): BoundStep => {
    const operation = findOperation(step.operation, operations, scope);
    if (operation === undefined)
      throw new RunAborted(`unknown operation \`${step.operation}\` in step \`${step.name}\``);
    const bound = { ...step, operation };
    return isShared(operation, operations) ? onlyOurs(bound) : bound;
  };
  const opening = bind(scope === 'account' ? accountOpening : serviceOpening(scenario));
  const steps = scenario.steps.map(bind).filter((step) => runsIn(step, scope));
  return { ...scenario, scope, opening, steps: [opening, ...steps] };
}

/** A step that names a service has no meaning for an operation without one. */
export function runsIn({ scope: only, input = {}, operation }: BoundStep, scope: Scope): boolean {
  if (only !== undefined && only !== scope) return false;
  return input['ChatServiceSid'] === undefined || operation.parameters.some(({ name }) => name === 'ChatServiceSid');
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

/** Whether an account-level list contains what other users of the default service created. */
function isShared({ scope, verb, noun, path }: Operation, operations: readonly Operation[]): boolean {
  if (scope !== 'account' || verb !== 'list' || path.includes('{')) return false;
  const exists = (of: Scope, sibling: Verb) =>
    operations.some((each) => each.scope === of && each.noun === noun && each.verb === sibling);
  return exists('service', 'list') && exists('account', 'create');
}

/** Reads all pages of a shared list, and looks only at the records of the scenario. */
function onlyOurs(step: BoundStep): BoundStep {
  const { expect = {} } = step;
  if ((expect.status ?? 200) >= 400) return step;
  return { ...step, paginate: true, only: 'ours', expect: withoutMeta(expect) };
}

function withoutMeta({ body = {}, ...expect }: Expectation): Expectation {
  return { ...expect, body: Object.fromEntries(Object.entries(body).filter(([path]) => !path.startsWith('meta.'))) };
}

function serviceOpening({ name }: Scenario): Step {
  const FriendlyName = `understudy contract: ${name}`;
  return {
    name: OPENING_STEPS.service,
    operation: 'create Services',
    input: { body: { FriendlyName } },
    saveAs: 'service',
    expect: { body: { friendly_name: FriendlyName } },
    source: 'published',
  };
}

const accountSettings = 'a setting of the account';

const accountOpening: Step = {
  name: OPENING_STEPS.account,
  operation: 'fetch Configuration',
  saveAs: 'account',
  free: { default_inactive_timer: accountSettings, default_closed_timer: accountSettings },
  expect: { body: { default_chat_service_sid: { like: '^IS[0-9a-f]{32}$' } } },
  source: 'published',
};
