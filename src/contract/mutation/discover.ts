import type { Scenario } from '../model/scenario.js';
import type { Published, Side, Target } from '../model/target.js';
import { runScenario } from '../run/run-scenario.js';
import { answerMutations } from './answers.js';
import { listMutations } from './lists.js';
import type { Mutation } from './mutation.js';
import { stateMutations } from './state.js';
import { type Sample, samplesOf, valueMutations } from './values.js';

export interface Discovery {
  readonly mutations: readonly Mutation[];
  /** Names of the scenarios that call an operation, by operation. */
  readonly scenariosByOperation: ReadonlyMap<string, readonly string[]>;
}

/** Runs every scenario once without mutations, and derives the possible mutations from the responses. */
export async function discoverMutations(
  scenarios: readonly Scenario[],
  side: Side,
  published: Published,
): Promise<Discovery> {
  const samples = new Map<string, Sample>();
  const callers = new Map<string, Set<string>>();
  for (const scenario of scenarios) {
    const baseline = await side.open(scenario.name);
    if (baseline === undefined) continue;
    const observed: Target = {
      async call(operation, input, signal) {
        const answer = await baseline.call(operation, input, signal);
        for (const sample of samplesOf(operation.name, answer)) {
          const key = `${sample.operation} ${sample.path} ${sample.isError}`;
          // Prefer values to null, because more mutations fit a value.
          if ((samples.get(key)?.value ?? null) === null) samples.set(key, sample);
        }
        callers.set(operation.name, (callers.get(operation.name) ?? new Set()).add(scenario.name));
        return answer;
      },
    };
    await runScenario(scenario, observed, { published, prerequisites: side.prerequisites });
  }
  const mutations = published.operations.flatMap((operation) => [
    ...answerMutations(operation.name),
    ...(operation.verb === 'list' ? listMutations(operation.name) : []),
    ...stateMutations(operation, published.operations),
    ...[...samples.values()].filter((sample) => sample.operation === operation.name).flatMap(valueMutations),
  ]);
  const scenariosByOperation = new Map([...callers].map(([name, names]) => [name, [...names]]));
  return { mutations, scenariosByOperation };
}
