/** Mutations of state: responses that are correct while the record is not changed, deleted or created. */
import { isDeepStrictEqual } from 'node:util';
import type { Input, Operation, Verb } from '../../core/operation.js';
import type { Answer, Target } from '../model/target.js';
import { mutatedTarget, type MutatedTarget, type Mutation } from './mutation.js';

type Mutate = (baseline: Target, operation: Operation, related: Operation) => MutatedTarget;

/** Mutations by the verb of the write, with the operation on the same record that they need. */
const STATE_MUTATIONS: readonly {
  readonly verb: Verb;
  readonly kind: string;
  readonly uses: Verb;
  readonly shows: Mutation['shows'];
  readonly mutate: Mutate;
}[] = [
  { verb: 'delete', kind: 'ignore a deletion', uses: 'fetch', shows: 'later', mutate: ignoreDeletion },
  { verb: 'update', kind: 'ignore an update', uses: 'fetch', shows: 'later', mutate: ignoreUpdate },
  {
    verb: 'update',
    kind: 'return the record before the update',
    uses: 'fetch',
    shows: 'there',
    mutate: returnOldRecord,
  },
  { verb: 'create', kind: 'lose a new record', uses: 'delete', shows: 'later', mutate: loseRecord },
];

/** The mutations that fit a write. Most of them show only at later steps, because the response itself is correct. */
export function stateMutations(operation: Operation, operations: readonly Operation[]): Mutation[] {
  const { name, verb, noun, scope } = operation;
  const siblings = operations.filter((each) => each.noun === noun && each.scope === scope);
  return STATE_MUTATIONS.filter((each) => each.verb === verb).flatMap(({ kind, uses, shows, mutate }): Mutation[] => {
    const related = siblings.find((each) => each.verb === uses);
    if (related === undefined) return [];
    return [{ operation: name, path: '', kind, shows, mutate: (baseline) => mutate(baseline, operation, related) }];
  });
}

function ignoreDeletion(baseline: Target, operation: Operation, fetch: Operation): MutatedTarget {
  return mutatedTarget(({ markMutated, isMutated }) => async (called, input, signal) => {
    if (called.name !== operation.name || isMutated()) return baseline.call(called, input, signal);
    const { status } = await baseline.call(fetch, input, signal);
    if (status !== 200) return baseline.call(called, input, signal);
    markMutated();
    return { status: 204, body: null };
  });
}

/** Performs the update, but later fetches return the record as it was before. */
function ignoreUpdate(baseline: Target, operation: Operation, fetch: Operation): MutatedTarget {
  let before: Answer | undefined;
  return mutatedTarget(({ markMutated, isMutated }) => async (called, input, signal) => {
    if (called.name === operation.name && !isMutated()) {
      const old = await baseline.call(fetch, withoutBody(input), signal);
      const answer = await baseline.call(called, input, signal);
      if (answer.status !== 200) return answer;
      before = old;
      markMutated();
      return answer;
    }
    const answer = await baseline.call(called, input, signal);
    const isStale = called.name === fetch.name && before !== undefined && urlOf(answer) === urlOf(before);
    return isStale && before ? before : answer;
  });
}

function returnOldRecord(baseline: Target, operation: Operation, fetch: Operation): MutatedTarget {
  return mutatedTarget(({ markMutated, isMutated }) => async (called, input, signal) => {
    if (called.name !== operation.name || isMutated()) return baseline.call(called, input, signal);
    const old = await baseline.call(fetch, withoutBody(input), signal);
    const answer = await baseline.call(called, input, signal);
    // An update that changes nothing returns the record before the update.
    if (answer.status !== 200 || isDeepStrictEqual(old.body, answer.body)) return answer;
    markMutated();
    return old;
  });
}

/** Deletes a record right after its creation. */
function loseRecord(baseline: Target, operation: Operation, remove: Operation): MutatedTarget {
  return mutatedTarget(({ markMutated, isMutated }) => async (called, input, signal) => {
    const answer = await baseline.call(called, input, signal);
    if (called.name !== operation.name || isMutated() || answer.status !== 201) return answer;
    const { sid } = answer.body as { sid: string };
    await baseline.call(remove, { ...withoutBody(input), Sid: sid }, signal);
    markMutated();
    return answer;
  });
}

function withoutBody(input: Input): Input {
  return { ...input, body: undefined };
}

function urlOf({ body }: Answer): unknown {
  return (body as { url?: string } | null)?.url;
}
