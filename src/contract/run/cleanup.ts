import type { Input, Operation } from '../../core/operation.js';
import { isObject } from '../model/paths.js';
import type { Answer, Target } from '../model/target.js';
import { withTimeout } from './signals.js';

/** Tracks what a scenario creates, and deletes it in reverse order. */
export interface Cleanup {
  /** Adds the record that a response created, or forgets the one that it deleted. */
  track(operation: Operation, input: Input, answer: Answer): void;
  /** Deletes what is left, also after a failure. Returns what could not be deleted. */
  run(): Promise<string[]>;
}

interface CreatedRecord {
  readonly deletion: Operation;
  readonly input: Input;
  readonly sid: string;
}

/** Time for the whole cleanup, in milliseconds. An aborted run does not abort its cleanup. */
const TIMEOUT = 15_000;

export function createCleanup(operations: readonly Operation[], target: Target): Cleanup {
  const deletions = operations.filter(({ verb }) => verb === 'delete');
  const created: CreatedRecord[] = [];

  return {
    track(operation, input, { status, body }) {
      if (operation.verb === 'delete' && status < 300) {
        const index = created.findIndex(({ sid }) => sid === input['Sid']);
        if (index !== -1) created.splice(index, 1);
      }
      const sid = isObject(body) ? body['sid'] : undefined;
      if (operation.verb !== 'create' || status !== 201 || typeof sid !== 'string') return;
      const deletion = deletions.find((each) => each.noun === operation.noun && each.scope === operation.scope);
      if (deletion === undefined) return;
      const parents = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => [name, input[name]]);
      created.push({ deletion, input: { ...Object.fromEntries(parents), Sid: sid }, sid });
    },
    async run() {
      const leftovers: string[] = [];
      const signal = withTimeout(undefined, TIMEOUT);
      for (const { deletion, input, sid } of created.splice(0).toReversed()) {
        const problem = await remove(target, deletion, input, signal);
        // A record inside a service or another record is deleted with it.
        if (problem !== undefined && isTopLevel(deletion)) leftovers.push(`${sid}: ${problem}`);
      }
      return leftovers;
    },
  };
}

async function remove(
  target: Target,
  deletion: Operation,
  input: Input,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { status } = await target.call(deletion, input, signal);
    return status < 300 || status === 404 ? undefined : `HTTP ${status}`;
  } catch (error) {
    return String(error);
  }
}

function isTopLevel({ scope, noun }: Operation): boolean {
  return scope === 'account' && !noun.includes('/');
}
