/** Runs one scenario on one target, inside its own service, and deletes what it created. */
import type { Json } from '../../core/body.js';
import type { Scope } from '../../core/operation.js';
import { createMask, type Mask } from '../compare/mask.js';
import { bindScenario, type BoundStep } from '../model/bind-scenario.js';
import { describeError, RunAborted } from '../model/failure.js';
import { isObject, textOf } from '../model/paths.js';
import type { Scenario } from '../model/scenario.js';
import { defaultServiceOf, scopeVariable } from '../model/scopes.js';
import { identitiesIn, randomSuffix, withUniqueNames } from '../model/unique-names.js';
import { variablesOf } from '../model/step-input.js';
import type { Prerequisites, Published, Target } from '../model/target.js';
import { createCleanup } from './cleanup.js';
import { runStep, skippedStep, type StepResult } from './run-step.js';

/** The exchanges of one run, masked. */
export interface Transcript {
  readonly scenario: string;
  readonly steps: readonly StepResult[];
  /** Why the scenario did not start, or was aborted. */
  readonly interrupted?: string;
  /** What could not be deleted. */
  readonly leftovers: readonly string[];
}

export interface RunOptions {
  /** Scope `account`: the suffix of names. Default: a random one. */
  readonly suffix?: string | undefined;
  readonly published: Published;
  readonly prerequisites?: Prerequisites;
  /** Names of steps to skip, with the reason. */
  readonly skip?: ReadonlyMap<string, string>;
  /** Aborts the run; what the scenario created is still deleted. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of one call in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** A slower response is reported; in milliseconds. */
  readonly maxLatencyMs?: number | undefined;
  /** Called before each step. */
  readonly onStep?: (step: BoundStep) => void;
  /** Called after each step. `stop` ends the scenario; what it created is still deleted. */
  readonly onResult?: (result: StepResult) => 'stop' | undefined;
}

/** Runs a scenario to its end, or to the first call without a response. */
export async function runScenario(source: Scenario, target: Target, options: RunOptions): Promise<Transcript> {
  const { published, prerequisites = {}, skip, signal, timeoutMs = 30_000, maxLatencyMs, onStep, onResult } = options;
  const isAccount = source.scope === 'account';
  const suffix = isAccount ? (options.suffix ?? randomSuffix()) : undefined;
  const scenario = suffix === undefined ? source : withUniqueNames(source, suffix);
  const { name, opening, scope, steps } = bindScenario(scenario, published.operations);
  const inputs = steps.map(({ input, expect, page }) => [input, expect, page]);
  const mask = createMask({ inputs, suffix, origin: target.origin });
  const cleanup = createCleanup(published, target, isAccount ? identitiesIn(scenario) : []);
  const variables = variablesFrom(prerequisites, mask);
  const context = { target, published, mask, cleanup, variables, signal, timeoutMs, maxLatencyMs };
  const results: StepResult[] = [];
  const failed = new Map<string, string>();
  let interrupted: string | undefined;

  try {
    for (const step of steps) {
      if (signal?.aborted) throw new RunAborted(describeError(signal.reason));
      const reason = skip?.get(step.name) ?? failedDependency(step, failed);
      onStep?.(step);
      const result = reason === undefined ? await runStep(step, context) : skippedStep(step, reason);
      // A call that failed because the run was aborted says nothing about the target.
      if (result.unanswered && signal?.aborted) throw new RunAborted(describeError(signal.reason));
      if (result.unanswered && step === opening) {
        throw new RunAborted(`cannot start: ${textOf(result.differences[0]?.actual)}`);
      }
      results.push(result);
      if (step === opening) setScope(scope, variables);
      if (result.answer === undefined || result.answer.status >= 400) failed.set(step.saveAs ?? step.name, step.name);
      if (onResult?.(result) === 'stop' || result.unanswered) break;
    }
  } catch (error) {
    if (!(error instanceof RunAborted)) throw error;
    interrupted = error.message;
  }
  const leftovers = await cleanup.run();
  await target.close?.();
  return { scenario: name, steps: results, leftovers, ...(interrupted === undefined ? {} : { interrupted }) };
}

/** The variables `service` and `scope`, which are the same in both scopes. */
function setScope(scope: Scope, variables: Map<string, Json>): void {
  const service = scope === 'account' ? defaultServiceOf(variables) : variables.get('service');
  if (!isObject(service)) return;
  variables.set('service', service);
  variables.set('scope', scopeVariable(scope, service));
}

/** Prerequisites are variables like saved responses, and their values are masked by name. */
function variablesFrom(prerequisites: Prerequisites, mask: Mask): Map<string, Json> {
  const variables = new Map<string, Json>();
  for (const [name, values] of Object.entries(prerequisites) as [string, Record<string, string>][]) {
    variables.set(name, values);
    for (const [key, value] of Object.entries(values)) {
      mask.name(value, `${name}.${key}`);
      // A given device counts as one of the scenario's own records.
      if (key === 'sid') mask.markCreated(value);
    }
  }
  return variables;
}

/** A step that depends on a failed one is skipped, because its failure would only repeat the other. */
function failedDependency(step: BoundStep, failed: ReadonlyMap<string, string>): string | undefined {
  const cause = variablesOf(step)
    .map((name) => failed.get(name))
    .find((name) => name !== undefined);
  return cause === undefined ? undefined : `it depends on \`${cause}\``;
}
