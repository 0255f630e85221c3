import type { Json, JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import { type ControlParts, namingUnanswered } from './parts.js';

/** A longer list of worlds in the database is cut off. */
const MAX_STORED = 10_000;

interface WorldEntry extends JsonObject {
  readonly account_sid: string;
}

/** Lists the worlds of all servers on a database, and those that no server has in memory. */
export async function listAllWorlds(
  control: Control,
  { others, worlds }: NonNullable<ControlParts['shared']>,
  defaultAccount: string,
): Promise<Json> {
  const [own, { answers, unanswered }, stored] = await Promise.all([
    control.run(undefined, {}),
    others.ask(control.name, {}),
    worlds.stored(MAX_STORED).catch(() => []),
  ]);
  const owners = new Map(stored.map((each) => [each.account, each.server]));
  const entries = new Map<string, WorldEntry>();
  for (const { server, value } of [...answers, { server: others.self, value: own as JsonObject }]) {
    for (const entry of value['worlds'] as WorldEntry[]) {
      // A server that has just handed a world over may list it as well.
      const isLate = entries.has(entry.account_sid) && owners.get(entry.account_sid) !== server;
      if (!isLate) entries.set(entry.account_sid, { ...entry, server });
    }
  }
  for (const { account: sid, server = null } of stored) {
    if (!entries.has(sid))
      entries.set(sid, { account_sid: sid, default: sid === defaultAccount, records: null, server });
  }
  return { worlds: [...entries.values()], ...namingUnanswered(unanswered) };
}
