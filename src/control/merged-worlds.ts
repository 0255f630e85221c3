import type { JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import { type ControlParts, namingUnanswered, ownProperty } from './parts.js';

/** A longer list of worlds in the database is cut off. */
const MAX_STORED = 10_000;

interface WorldEntry extends JsonObject {
  readonly account_sid: string;
}

/** The control that lists the worlds of a backend, of all servers on a database. */
export function mergedWorlds(control: Control, { shared, defaultAccount }: ControlParts): Control {
  return {
    ...control,
    input: { properties: ownProperty },
    async run(account, { own }) {
      const listed = await control.run(account, {});
      if (shared === undefined || own === true) return listed;
      const { others, worlds } = shared;
      const [{ answers, unanswered }, stored] = await Promise.all([
        others.ask(control.name, {}),
        worlds.stored(MAX_STORED).catch(() => []),
      ]);
      const entries = new Map<string, WorldEntry>();
      // A server that has just handed a world over, or that has only read it, may list it as well.
      const owners = new Map(stored.map((each) => [each.account, each.server]));
      for (const { server, value } of [...answers, { server: others.self, value: listed as JsonObject }]) {
        for (const entry of value['worlds'] as WorldEntry[]) {
          const isKnown = entries.has(entry.account_sid) && owners.get(entry.account_sid) !== server;
          if (!isKnown) entries.set(entry.account_sid, { ...entry, server });
        }
      }
      for (const { account: sid, server = null } of stored) {
        if (!entries.has(sid))
          entries.set(sid, { account_sid: sid, default: sid === defaultAccount, records: null, server });
      }
      return { worlds: [...entries.values()], ...namingUnanswered(unanswered) };
    },
  };
}
