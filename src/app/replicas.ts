import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Control } from '../core/control.js';
import type { ServerAddress, SharedWorlds } from '../core/shared-worlds.js';
import type { ChangeSource } from '../engine/feed.js';
import { createMcpWorldOf, createWorldOf } from '../surfaces/replicas/account-of.js';
import { Forwarder } from '../surfaces/replicas/forwarder.js';
import { MergedFeed } from '../surfaces/replicas/merged-feed.js';
import { OtherServers } from '../surfaces/replicas/other-servers.js';
import { forwardToOwners } from '../surfaces/replicas/own-world.js';
import type { Servers, SurfaceParts } from '../surfaces/surface.js';
import { isOwnPath } from '../surfaces/twilio/other-apis.js';
import { bareHost } from '../util/loopback.js';

interface ReplicaOptions {
  readonly shared: SharedWorlds;
  /** What the servers require of their callers. */
  readonly token: string | undefined;
  readonly feed: ChangeSource;
}

interface JoinOptions {
  readonly servers: Servers;
  readonly parts: Pick<SurfaceParts, 'readWorld' | 'clients'>;
  readonly defaultAccount: string;
  readonly worldControls: readonly Control[];
}

/** One of several servers on the same database. */
export interface Replica {
  readonly others: OtherServers;
  /** What changes at all of them. */
  readonly mergedFeed: ChangeSource;
  /** Adds the forwarding of requests to the servers, before their routes. */
  join(options: JoinOptions): void;
  /** The address of this server, once it is known. */
  address(): string | undefined;
  /** The number of requests that were forwarded to others. */
  forwarded(): number;
  /** Tells the others where this one is reached, once its ports are open. */
  announce(own: ServerAddress): Promise<void>;
  close(): Promise<void>;
}

export function createReplica({ shared, token, feed }: ReplicaOptions): Replica {
  let own: ServerAddress | undefined;
  const forwarder = new Forwarder(randomUUID(), () => own);
  const others = new OtherServers({ shared, token, own: () => own });
  return {
    others,
    mergedFeed: new MergedFeed(feed, others),
    join({ servers: { http, mcp }, parts, defaultAccount, worldControls }) {
      const options = {
        ...parts,
        defaultAccount,
        worldControls: worldControls.filter(({ isOfServer }) => isOfServer !== true),
        isOperation: (request: Parameters<typeof isOwnPath>[1]) => isOwnPath(http, request),
      };
      const common = { shared, forwarder, log: http.log };
      forwardToOwners(http, { ...common, port: 'rest', worldOf: createWorldOf(options) });
      forwardToOwners(mcp, { ...common, port: 'mcp', worldOf: createMcpWorldOf(options) });
    },
    address: () => own?.rest,
    forwarded: () => forwarder.total,
    announce(address) {
      own = address;
      return shared.announce(address);
    },
    async close() {
      await Promise.all([forwarder.close(), others.close()]);
    },
  };
}

/**
 * Where other servers reach this one.
 * @param named the origin that the user gave, if any
 */
export function addressFor(named: string | undefined, { rest, mcp }: ServerAddress): ServerAddress {
  const { hostname } = new URL(named ?? rest);
  const wildcards = ['0.0.0.0', '::'];
  const host = wildcards.includes(bareHost(hostname)) ? (outsideAddress() ?? hostname) : hostname;
  const at = (url: string): string => {
    const { port } = new URL(url);
    return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  };
  return { rest: named ?? at(rest), mcp: at(mcp) };
}

/** An address of this machine that other machines can reach. */
function outsideAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
}
