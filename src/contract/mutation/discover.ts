import type { Operation } from '../../core/operation.js';
import type { BoundStep } from '../model/bind-scenario.js';
import type { Scenario } from '../model/scenario.js';
import type { Answer, Published, Side, Target } from '../model/target.js';
import { runScenario, type Transcript } from '../run/run-scenario.js';
import { answerMutations } from './answers.js';
import { cascadeMutations } from './cascades.js';
import { filterMutations } from './filters.js';
import { listMutations } from './lists.js';
import type { Mutation } from './mutation.js';
import { errorCodeOf, lookupMutations, refusalMutations, refuseOnce } from './refusals.js';
import { stateMutations } from './state.js';
import { type Sample, samplesOf, valueMutations } from './values.js';

export interface Discovery {
  readonly mutations: readonly Mutation[];
  /** Names of the scenarios that call an operation, by operation. */
  readonly scenariosByOperation: ReadonlyMap<string, readonly string[]>;
  /** What the scenarios give without a mutation, by name: the other side of every comparison. */
  readonly transcripts: ReadonlyMap<string, Transcript>;
  /** The responses of each scenario in their order, by name. */
  readonly exchanges: ReadonlyMap<string, readonly ObservedExchange[]>;
}

interface ObservedExchange {
  readonly operation: string;
  readonly answer: Answer;
  readonly step: BoundStep;
}

/** What the responses of the operations look like. */
interface Observation {
  readonly samples: ReadonlyMap<string, Sample>;
  /** The error codes of each operation. */
  readonly codes: ReadonlyMap<string, ReadonlySet<number>>;
}

/** Runs every scenario once without mutations, and derives the possible mutations from the responses. */
export async function discoverMutations(
  scenarios: readonly Scenario[],
  side: Side,
  published: Published,
): Promise<Discovery> {
  const samples = new Map<string, Sample>();
  const callers = new Map<string, Set<string>>();
  const codes = new Map<string, Set<number>>();
  const transcripts = new Map<string, Transcript>();
  const exchanges = new Map<string, ObservedExchange[]>();
  const observe = (operation: Operation, answer: Answer, scenario: string) => {
    for (const sample of samplesOf(operation.name, answer)) {
      const key = `${sample.operation} ${sample.path} ${sample.isError}`;
      // Prefer values to null, because more mutations fit a value.
      if ((samples.get(key)?.value ?? null) === null) samples.set(key, sample);
    }
    callers.set(operation.name, (callers.get(operation.name) ?? new Set()).add(scenario));
    const code = errorCodeOf(answer);
    if (code !== undefined) codes.set(operation.name, (codes.get(operation.name) ?? new Set()).add(code));
  };
  for (const scenario of scenarios) {
    const baseline = await side.open(scenario.name);
    if (baseline === undefined) continue;
    const own: ObservedExchange[] = [];
    exchanges.set(scenario.name, own);
    let current: BoundStep | undefined;
    const observed: Target = {
      async call(operation, input, signal) {
        const answer = await baseline.call(operation, input, signal);
        observe(operation, answer, scenario.name);
        if (current !== undefined) own.push({ operation: operation.name, answer, step: current });
        return answer;
      },
    };
    const { prerequisites } = side;
    const onStep = (step: BoundStep): void => void (current = step);
    transcripts.set(scenario.name, await runScenario(scenario, observed, { published, prerequisites, onStep }));
  }
  const mutations = published.operations.flatMap((operation) => mutationsOf(operation, published, { samples, codes }));
  const scenariosByOperation = new Map([...callers].map(([name, names]) => [name, [...names]]));
  return { mutations, scenariosByOperation, transcripts, exchanges };
}

function mutationsOf(operation: Operation, { operations }: Published, { samples, codes }: Observation): Mutation[] {
  const { name, verb } = operation;
  return [
    ...answerMutations(name),
    refuseOnce(operation),
    ...refusalMutations(name, codes.get(name) ?? []),
    ...lookupMutations(operation),
    ...(verb === 'list' ? [...listMutations(name), ...filterMutations(operation)] : []),
    ...cascadeMutations(operation, operations),
    ...stateMutations(operation, operations),
    ...[...samples.values()].filter((sample) => sample.operation === name).flatMap(valueMutations),
  ];
}
