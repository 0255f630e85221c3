import type { Input, Operation } from '../../core/operation.js';
import { deadline } from '../model/failure.js';
import { isObject } from '../model/paths.js';
import type { Answer, Target } from '../model/target.js';

/** Remembers what a scenario made, and removes it in reverse order. */
export interface Cleanup {
  /** Looks at an answer: a create adds to the list, a delete takes from it. */
  note(operation: Operation, input: Input, answer: Answer): void;
  /** Removes what is left, whatever happened before; names what would not go. */
  run(): Promise<string[]>;
}

interface Made {
  readonly operation: Operation;
  readonly input: Input;
  readonly sid: string;
}

/** Time enough to tidy up, though the run itself may have been stopped; a target that hangs is not waited for. */
const PATIENCE = 15_000;

export function createCleanup(operations: readonly Operation[], target: Target): Cleanup {
  const deletes = new Map(operations.filter(({ method }) => method === 'DELETE').map((each) => [each.path, each]));
  const made: Made[] = [];

  return {
    note(operation, input, { status, body }) {
      if (operation.method === 'DELETE' && status < 300) {
        const place = made.findIndex(({ sid }) => sid === input['Sid']);
        if (place !== -1) made.splice(place, 1);
      }
      const remove = deletes.get(`${operation.path}/{Sid}`);
      const sid = isObject(body) ? body['sid'] : undefined;
      if (operation.method !== 'POST' || status !== 201 || remove === undefined || typeof sid !== 'string') return;
      const path = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => [name, input[name]]);
      made.push({ operation: remove, input: { ...Object.fromEntries(path), Sid: sid }, sid });
    },
    async run() {
      const left: string[] = [];
      const late = AbortSignal.timeout(PATIENCE);
      for (const { operation, input, sid } of made.splice(0).toReversed()) {
        const outcome = await target
          .call(operation, input, deadline(late, PATIENCE))
          .catch((error: unknown) => String(error));
        const gone = typeof outcome !== 'string' && (outcome.status < 300 || outcome.status === 404);
        // What lies inside goes with the service; only the service itself can be left over.
        if (!gone && !operation.path.includes('{ChatServiceSid}')) {
          left.push(`${sid}: ${typeof outcome === 'string' ? outcome : `HTTP ${outcome.status}`}`);
        }
      }
      return left;
    },
  };
}
