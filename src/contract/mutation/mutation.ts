/**
 * Planted drift: what tests the suite itself. A plant stands between a scenario and an honest target and falsifies one
 * thing, once.
 */
import type { Input, Operation } from '../../core/operation.js';
import type { Step } from '../model/scenario.js';
import type { Answer, Target } from '../model/target.js';

/** One thing to falsify. */
export interface Plant {
  /** What is done, e.g. `drop a key`. */
  readonly kind: string;
  readonly operation: string;
  /** Where in the answer; empty for the whole. */
  readonly path: string;
  /** It can only be told on a surface that has headers. */
  readonly needs?: 'headers';
  /** Whether the lie can show itself at the step that is lied at, or only in what comes after. */
  readonly shows: 'there' | 'later';
  /** Makes the liar of one run. */
  plant(honest: Target, operations: readonly Operation[]): Planted;
}

/** A target with a plant in it. */
export interface Planted extends Target {
  /** Told before each step. */
  begin(step: Step): void;
  /** The step at which it lied; undefined: there was no occasion. */
  liedAt(): Step | undefined;
}

/** Falsifies an answer; undefined when there is nothing of the kind in it, `none` to give no answer at all. */
export type Lie = (answer: Answer, step: Step) => Answer | 'none' | undefined;

/** A plant that falsifies the first answer of its operation that it can. */
export function lyingAnswer(
  what: Omit<Plant, 'plant' | 'shows'> & { readonly shows?: Plant['shows'] },
  lie: Lie,
): Plant {
  return {
    shows: 'there',
    ...what,
    plant(honest) {
      let current: Step | undefined;
      let lied: Step | undefined;
      return {
        begin: (step) => void (current = step),
        liedAt: () => lied,
        async call(operation: Operation, input: Input, signal: AbortSignal) {
          const answer = await honest.call(operation, input, signal);
          if (lied !== undefined || current === undefined || operation.name !== what.operation) return answer;
          const untrue = lie(answer, current);
          if (untrue === undefined) return answer;
          lied = current;
          if (untrue === 'none') throw new Error('socket hang up');
          return untrue;
        },
      };
    },
  };
}
