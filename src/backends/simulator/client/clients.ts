import type { ClientBackend, ClientGrant, ClientReceiver, ClientView } from '../../../core/client-view.js';
import { mapMaybe, type MaybePromise } from '../../../core/maybe-promise.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Worlds } from '../kernel/worlds.js';
import { defaultServiceSid, services } from '../conversations/service/record.js';
import { findUser } from '../conversations/user/record.js';
import { ensureUser } from '../conversations/user/user.js';
import { EventIds } from './sync-object.js';
import { UserView } from './user-view.js';
import { WorldClients } from './world-clients.js';

export interface ClientsOptions {
  readonly worlds: Worlds;
  /** Makes the world of an account available, if another server may have it. */
  readonly open: (account: string) => MaybePromise<void>;
  /** Changes an account's world, and waits until the change is saved. */
  readonly write: <T>(account: string, change: (session: WorldSession) => T) => MaybePromise<T>;
  /** @throws UnderstudyError if there is no room for more data */
  readonly admitGrowth: (name: string) => void;
}

/** The users of client SDKs in all worlds of a simulator. A world that no client has connected to is not watched. */
export class Clients implements ClientBackend {
  readonly #ids = new EventIds();
  readonly #worlds = new WeakMap<WorldSession, WorldClients>();

  constructor(readonly options: ClientsOptions) {}

  connect(grant: ClientGrant, receiver: ClientReceiver): MaybePromise<ClientView | undefined> {
    return mapMaybe(this.options.open(grant.account), () => this.#connect(grant, receiver));
  }

  #connect(grant: ClientGrant, receiver: ClientReceiver): MaybePromise<ClientView | undefined> {
    const { worlds, admitGrowth } = this.options;
    const isNewWorld = !worlds.has(grant.account);
    const session = worlds.get(grant.account);
    session.catchUp();
    const { world } = session;
    const sid = grant.serviceSid ?? world.get(defaultServiceSid) ?? '';
    if (world.records(services).get(sid) === undefined) return undefined;
    admitGrowth('a connection');
    const isKnown = !isNewWorld && findUser(world, sid, grant.identity) !== undefined;
    return isKnown
      ? this.#open(grant, sid, receiver)
      : mapMaybe(this.#ensureUser(grant, sid), () => this.#open(grant, sid, receiver));
  }

  /** The clients of a world; undefined if none has ever connected. */
  of(session: WorldSession): WorldClients | undefined {
    return this.#worlds.get(session);
  }

  /** Twilio creates the user of an unknown identity when it connects (documentation). The world may be new, too. */
  #ensureUser({ account, identity }: ClientGrant, serviceSid: string): MaybePromise<void> {
    return this.options.write(account, (session) => {
      const writeOrigin = { source: 'SDK', clientIdentity: identity };
      ensureUser({ world: session.world, writeOrigin }, serviceSid, identity);
      session.settle();
    });
  }

  #open(grant: ClientGrant, serviceSid: string, receiver: ClientReceiver): MaybePromise<ClientView | undefined> {
    const { worlds, write, admitGrowth } = this.options;
    const { account, identity } = grant;
    const world = worlds.find(account)?.world;
    // Deleted meanwhile, or on another server.
    if (world === undefined || findUser(world, serviceSid, identity) === undefined)
      return this.connect(grant, receiver);
    // The world must stay in memory while clients are connected.
    const session = worlds.beginWrite(account);
    const onDisconnect = (): void => worlds.endWrite(session);
    let clients = this.#worlds.get(session);
    if (clients === undefined) this.#worlds.set(session, (clients = new WorldClients(session, this.#ids)));
    return new UserView(clients, serviceSid, {
      grant,
      receiver,
      write: (change) => write(account, change),
      admitGrowth,
      onDisconnect,
    });
  }
}
