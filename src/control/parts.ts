import type { JsonObject } from '../core/body.js';
import type { Control } from '../core/control.js';
import type { Operation } from '../core/operation.js';
import type { OtherServers, SharedRules, SharedWorlds } from '../core/shared-worlds.js';
import { OperationIndex } from '../core/operation-index.js';
import type { Faults } from '../engine/faults.js';
import type { Feed } from '../engine/feed.js';
import type { Journal } from '../engine/journal.js';

/** What an access token is to say. */
interface IssuedToken {
  readonly account: string;
  readonly identity: string;
  /** Undefined: the default service. */
  readonly serviceSid?: string | undefined;
  /** In seconds. */
  readonly ttl: number;
}

/** Everything that controls are built from. */
export interface ControlParts {
  /** The controls that the backend owns. */
  readonly backendControls: readonly Control[];
  readonly operations: readonly Operation[];
  readonly journal: Journal;
  /** Resolves when the violations of all exchanges so far are in the journal. */
  readonly settled: () => Promise<void>;
  readonly faults: Faults;
  /** The rules of all servers on the same database. Absent: this server has its own. */
  readonly sharedFaults?: SharedRules | undefined;
  /** Other servers on the same database, and their worlds. Absent: there can be none. */
  readonly shared?: { readonly others: OtherServers; readonly worlds: Pick<SharedWorlds, 'stored'> } | undefined;
  readonly feed: Feed;
  readonly defaultAccount: string;
  /** @throws UnderstudyError if memory is too short for a control that adds data */
  readonly admitGrowth: (name: string) => void;
  /** Makes an access token for client SDKs. Absent if none can connect. */
  readonly issueToken?: ((token: IssuedToken) => string) | undefined;
  /** Returns the origin of the Twilio surface for generated snippets, e.g. `http://127.0.0.1:8080`. */
  readonly origin: () => string;
}

/** The input of controls that combine what all servers on a database have. */
export const ownProperty: Readonly<Record<string, JsonObject>> = {
  own: {
    type: 'boolean',
    description: 'Only what the server that answers has itself. Default: what all servers on the same database have.',
  },
};

/** Names the servers whose part is missing. Nothing if none is. */
export const namingUnanswered = (unanswered: readonly string[]): { readonly unanswered?: readonly string[] } =>
  unanswered.length === 0 ? {} : { unanswered };

export const text = (description: string): JsonObject => ({ type: 'string', description });

/** `, e.g. NAME` with the name of an operation that creates a record; empty if there is none. */
export function exampleOf(operations: readonly Operation[]): string {
  const operation = operations.find(({ verb }) => verb === 'create');
  return operation === undefined ? '' : `, e.g. ${new OperationIndex(operations).nameOf(operation)}`;
}
