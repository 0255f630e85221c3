/** Plays one scenario against one target, inside a service of its own, and removes what it made. */
import type { Operation } from '../../core/operation.js';
import type { Json } from '../../core/body.js';
import { createCleanup } from './cleanup.js';
import { reasonOf, RunEnds } from '../model/failure.js';
import { createMask, type Mask } from '../compare/mask.js';
import { textOf } from '../model/paths.js';
import { leftOut, type Played, playStep } from './run-step.js';
import type { Scenario, Step } from '../model/scenario.js';
import { rootsOf } from '../model/step-input.js';
import type { Prerequisites, Published, Target } from '../model/target.js';

/** The exchanges of one run. */
export interface Transcript {
  readonly scenario: string;
  readonly steps: readonly Played[];
  /** Why it could not begin, or was stopped from outside. */
  readonly interrupted?: string;
  /** What could not be removed. */
  readonly leftovers: readonly string[];
}

export interface RunOptions {
  readonly published: Published;
  readonly prerequisites?: Prerequisites;
  /** Steps to leave out, with the reason. */
  readonly skip?: ReadonlyMap<string, string>;
  /** Ends the run; what was made is still removed. */
  readonly signal?: AbortSignal | undefined;
  /** How long one call may take, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Told before each step. */
  readonly onStep?: (step: Step) => void;
}

/** The step that begins every scenario. */
export function openingOf(scenario: Scenario): Step {
  const FriendlyName = `understudy contract: ${scenario.name}`;
  return {
    name: 'make the service',
    operation: 'createservice',
    input: { body: { FriendlyName } },
    keep: 'service',
    expect: { body: { friendly_name: FriendlyName } },
    source: 'published',
  };
}

/** Plays the scenario to its end, or to the first call that gets no answer. */
export async function runScenario(scenario: Scenario, target: Target, options: RunOptions): Promise<Transcript> {
  const { published, prerequisites = {}, skip, signal, timeoutMs = 30_000, onStep } = options;
  const operations = new Map(published.operations.map((operation) => [operation.name, operation]));
  const opening = openingOf(scenario);
  const steps = [opening, ...scenario.steps];
  const mask = createMask({ written: steps });
  const cleanup = createCleanup(published.operations, target);
  const kept = keptFrom(prerequisites, mask);
  const stage = { target, published, mask, cleanup, kept, signal, timeoutMs };
  const played: Played[] = [];
  const failed = new Map<string, string>();
  let interrupted: string | undefined;

  try {
    for (const step of steps) {
      if (signal?.aborted) throw new RunEnds(reasonOf(signal.reason));
      const operation = operations.get(step.operation);
      if (operation === undefined) throw new RunEnds(`there is no operation \`${step.operation}\``);
      const why = skip?.get(step.name) ?? consequence(step, operation, failed);
      onStep?.(step);
      const result = why === undefined ? await playStep(step, operation, stage) : leftOut(step, why);
      // What failed because the run was stopped says nothing about the target.
      if (result.broken && signal?.aborted) throw new RunEnds(reasonOf(signal.reason));
      if (result.broken && step === opening) {
        throw new RunEnds(`it could not begin: ${textOf(result.differences[0]?.actual)}`);
      }
      played.push(result);
      if (result.answer === undefined || result.answer.status >= 400) failed.set(step.keep ?? step.name, step.name);
      if (result.broken) break;
    }
  } catch (error) {
    if (!(error instanceof RunEnds)) throw error;
    interrupted = error.message;
  }
  const leftovers = await cleanup.run();
  await target.close?.();
  return { scenario: scenario.name, steps: played, leftovers, ...(interrupted === undefined ? {} : { interrupted }) };
}

/** What a target brings along can be referred to like answers, and is masked by its name. */
function keptFrom(prerequisites: Prerequisites, mask: Mask): Map<string, Json> {
  const kept = new Map<string, Json>();
  for (const [name, values] of Object.entries(prerequisites) as [string, Record<string, string>][]) {
    kept.set(name, values);
    for (const [key, value] of Object.entries(values)) mask.name(value, `${name}.${key}`);
  }
  return kept;
}

/** A step that stands on one that has failed is left out: its failure would only repeat the other's. */
function consequence(step: Step, operation: Operation, failed: ReadonlyMap<string, string>): string | undefined {
  const roots = rootsOf(step, operation);
  const cause = roots.map((root) => failed.get(root)).find((name) => name !== undefined);
  return cause === undefined ? undefined : `it stands on \`${cause}\``;
}
