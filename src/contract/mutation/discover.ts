import { runScenario } from '../run/run-scenario.js';
import type { Scenario } from '../model/scenario.js';
import type { Published, Side, Target } from '../model/target.js';
import { plantsOnAnswers } from './answers.js';
import { plantsOnLists } from './lists.js';
import type { Plant } from './mutation.js';
import { plantsOnState } from './state.js';
import { plantsAt, type Sample, samplesOf } from './values.js';

/** What can be falsified, and in which scenarios the operation is called. */
export interface Field {
  readonly plants: readonly Plant[];
  /** Scenario names by operation. */
  readonly where: ReadonlyMap<string, readonly string[]>;
}

/** Plays every scenario once, honestly, to see what there is to falsify. */
export async function survey(scenarios: readonly Scenario[], side: Side, published: Published): Promise<Field> {
  const samples = new Map<string, Sample>();
  const where = new Map<string, Set<string>>();
  for (const scenario of scenarios) {
    const honest = await side.open(scenario.name);
    if (honest === undefined) continue;
    const listening: Target = {
      async call(operation, input, signal) {
        const answer = await honest.call(operation, input, signal);
        for (const sample of samplesOf(operation.name, answer)) {
          const key = `${sample.operation} ${sample.path} ${sample.refused}`;
          // A place that was null may have a value elsewhere, and more lies fit a value.
          if ((samples.get(key)?.value ?? null) === null) samples.set(key, sample);
        }
        where.set(operation.name, (where.get(operation.name) ?? new Set()).add(scenario.name));
        return answer;
      },
    };
    await runScenario(scenario, listening, { published, prerequisites: side.prerequisites });
  }
  const plants = published.operations.flatMap((operation) => [
    ...plantsOnAnswers(operation.name),
    ...(operation.name.startsWith('list') ? plantsOnLists(operation.name) : []),
    ...plantsOnState(operation, published.operations),
    ...[...samples.values()].filter((sample) => sample.operation === operation.name).flatMap(plantsAt),
  ]);
  return { plants, where: new Map([...where].map(([name, names]) => [name, [...names]])) };
}
