import type { Input, Operation } from '../../core/operation.js';
import type { JsonObject } from '../../core/body.js';
import { describeError } from '../model/failure.js';
import { isObject, textOf } from '../model/paths.js';
import type { Answer, Published, Target } from '../model/target.js';
import { createSettingsRestore } from './restore-settings.js';
import { withTimeout } from './signals.js';

/**
 * Tracks what a scenario creates, and deletes it in reverse order. What is inside another created record is deleted with
 * that one, so that no refused deletion goes unseen.
 */
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
  /** What paths may name it by. */
  readonly names: readonly string[];
}

/** The keys of a record whose values can replace its SID in paths. */
const NAMES = ['sid', 'unique_name', 'identity', 'address'];

/** Time for one deletion, in milliseconds. An aborted run does not abort its cleanup. */
const TIMEOUT = 15_000;

/**
 * @param identities the identities that the scenario uses in a service that it did not create: participants with them
 * create users, which are deleted as well
 */
export function createCleanup(published: Published, target: Target, identities: readonly string[] = []): Cleanup {
  const { operations } = published;
  const deletions = operations.filter(({ verb }) => verb === 'delete');
  const created: CreatedRecord[] = [];
  /** The names of everything created, also of what a step has deleted. */
  const known = new Set<string>();
  const settings = createSettingsRestore(published, target);

  /** The deletion of the created record: of the same resource, or of the one that the URL of the record leads to. */
  function deletionOf({ noun, scope }: Operation, { url }: JsonObject): Operation | undefined {
    const own = deletions.find((each) => each.noun === noun && each.scope === scope);
    if (own !== undefined || typeof url !== 'string' || !URL.canParse(url)) return own;
    const { pathname } = new URL(url);
    return deletions.find(({ path }) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname));
  }

  /** A target that does not respond in time is not called again. */
  let isHung = false;

  async function remove(deletion: Operation, input: Input): Promise<string | undefined> {
    if (isHung) return 'not tried, because the target does not respond';
    const signal = withTimeout(undefined, TIMEOUT);
    try {
      const { status } = await target.call(deletion, input, signal);
      return status < 300 || status === 404 ? undefined : `HTTP ${status}`;
    } catch (error) {
      isHung = signal.aborted;
      return describeError(error);
    }
  }

  async function removeUsers(): Promise<string[]> {
    const deletion = deletions.find(({ noun, scope }) => noun === 'Users' && scope === 'account');
    if (deletion === undefined) return [];
    const problems: string[] = [];
    for (const identity of identities) {
      const problem = await remove(deletion, { Sid: identity });
      if (problem !== undefined) problems.push(`user ${identity}: ${problem}`);
    }
    return problems;
  }

  return {
    track(operation, input, answer) {
      const { status, body } = answer;
      settings.track(operation, answer);
      if (operation.verb === 'delete' && status < 300) {
        const index = created.findIndex(({ deletion, names }) => {
          return deletion.noun === operation.noun && names.includes(textOf(input['Sid']));
        });
        if (index !== -1) created.splice(index, 1);
      }
      if (!isObject(body)) return;
      const { sid } = body;
      if (operation.verb !== 'create' || status >= 300 || typeof sid !== 'string') return;
      const deletion = deletionOf(operation, body);
      if (deletion === undefined) return;
      const parents = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => [name, input[name]]);
      const names = NAMES.map((key) => body[key]).filter((name) => typeof name === 'string');
      for (const name of names) known.add(name);
      created.push({ deletion, input: { ...Object.fromEntries(parents), Sid: sid }, sid, names });
    },
    async run() {
      const leftovers: string[] = [];
      leftovers.push(...(await settings.run(withTimeout(undefined, TIMEOUT))));
      const remaining = created.splice(0).toReversed();
      const inside = remaining.filter(({ input }) => isInside(input, known));
      for (const { deletion, input, sid } of remaining.filter((each) => !inside.includes(each))) {
        const problem = await remove(deletion, input);
        if (problem !== undefined) leftovers.push(`${sid}: ${problem}`);
      }
      if (known.size > 0) leftovers.push(...(await removeUsers()));
      // If its owner cannot be deleted, at least the contents should be.
      if (leftovers.length > 0) for (const { deletion, input } of inside) await remove(deletion, input);
      return leftovers;
    },
  };
}

/** Whether a record is deleted together with another one that the scenario created. */
function isInside(input: Input, known: ReadonlySet<string>): boolean {
  return Object.entries(input).some(([name, value]) => name !== 'Sid' && typeof value === 'string' && known.has(value));
}
