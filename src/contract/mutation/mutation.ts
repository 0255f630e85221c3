/** Mutation tests of the contract suite: each mutation falsifies one response, and the suite must report it. */
import type { Input, Operation } from '../../core/operation.js';
import type { Json } from '../../core/body.js';
import { isObject, listOf } from '../model/paths.js';
import type { BoundStep } from '../model/bind-scenario.js';
import type { Answer, Target } from '../model/target.js';

/** One way to falsify the responses of one operation. */
export interface Mutation {
  /** What it does, e.g. `drop a key`. */
  readonly kind: string;
  readonly operation: string;
  /** The path that it changes; empty for the whole response. */
  readonly path: string;
  /** It is only visible on a surface with headers. */
  readonly needs?: 'headers';
  /**
   * Where the suite can detect it: at the mutated step; at a later step of the same operation, because some steps do not
   * depend on what the mutation changes; or at any later step, because the mutated response is correct.
   */
  readonly shows: 'there' | 'same operation' | 'later';
  /** A scenario must have a step that it fits; otherwise the suite has a blind spot. */
  readonly mustApply?: true;
  /** Whether it can be applied to a response; absent if that takes more than one response to say. */
  fits?(operation: string, answer: Answer, step: BoundStep): boolean;
  /** Wraps a correct target. The mutation is applied once, to the first response that it fits. */
  mutate(baseline: Target, operations: readonly Operation[]): MutatedTarget;
}

/** A target that applies one mutation. */
export interface MutatedTarget extends Target {
  /** Called before each step, and without one after it: calls outside of steps, such as those of cleanup, are not mutated. */
  begin(step: BoundStep | undefined): void;
  /** The step that was mutated; undefined if the mutation fitted no response. */
  mutatedStep(): BoundStep | undefined;
}

/** Changes a response. Returns undefined if the response has nothing to change, `none` to fail the call. */
export type AnswerChange = (answer: Answer, step: BoundStep) => Answer | 'none' | undefined;

type Call = Target['call'];

/** Wraps a target; `call` reports through `markMutated` that it has applied the mutation. */
export function mutatedTarget(
  createCall: (state: {
    markMutated: () => void;
    isMutated: () => boolean;
    current: () => BoundStep | undefined;
  }) => Call,
): MutatedTarget {
  let current: BoundStep | undefined;
  let mutated: BoundStep | undefined;
  return {
    begin: (step) => void (current = step),
    mutatedStep: () => mutated,
    call: createCall({
      markMutated: () => void (mutated ??= current),
      isMutated: () => mutated !== undefined,
      current: () => current,
    }),
  };
}

/** A mutation that changes the first response of its operation that it fits. */
export function answerMutation(
  mutation: Omit<Mutation, 'mutate' | 'shows'> & { readonly shows?: Mutation['shows'] },
  change: AnswerChange,
): Mutation {
  const isMeant = (operation: string, step: BoundStep | undefined): step is BoundStep =>
    // A step that is repeated until its expectation is met replaces a wrong response by a right one.
    operation === mutation.operation && step !== undefined && step.eventually !== true;
  return {
    shows: 'there',
    ...mutation,
    fits: (operation, answer, step) => isMeant(operation, step) && change(answer, step) !== undefined,
    mutate: (baseline) => {
      const created = new Set<Json>();
      return mutatedTarget(({ markMutated, isMutated, current }) => async (operation, input: Input, signal) => {
        const answer = await baseline.call(operation, input, signal);
        if (operation.verb === 'create' && isObject(answer.body)) created.add(answer.body['sid'] ?? null);
        const step = current();
        if (isMutated() || !isMeant(operation.name, step)) return answer;
        const changed = change(step.only === 'ours' ? withoutOthers(answer, created) : answer, step);
        if (changed === undefined) return answer;
        markMutated();
        if (changed === 'none') throw new Error('socket hang up');
        return changed;
      });
    },
  };
}

/** The suite ignores the records of others in a shared list, so a mutation must not change one of them. */
function withoutOthers(answer: Answer, created: ReadonlySet<Json>): Answer {
  const list = listOf(answer.body);
  if (list === undefined || !isObject(answer.body)) return answer;
  const ours = list.items.filter((item) => isObject(item) && created.has(item['sid'] ?? null));
  return { ...answer, body: { ...answer.body, [list.key]: ours } };
}
