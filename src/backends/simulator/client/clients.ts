import type { ClientBackend, ClientGrant, ClientReceiver, ClientView } from '../../../core/client-view.js';
import type { WorldSession } from '../kernel/world-session.js';
import type { Worlds } from '../kernel/worlds.js';
import { defaultServiceSid, services } from '../conversations/service/record.js';
import { EventIds } from './sync-object.js';
import { UserView } from './user-view.js';
import { WorldClients } from './world-clients.js';

/** The users of client SDKs in all worlds of a simulator. A world that no client has connected to is not watched. */
export class Clients implements ClientBackend {
  readonly #ids = new EventIds();
  readonly #worlds = new WeakMap<WorldSession, WorldClients>();

  constructor(
    readonly worlds: Worlds,
    readonly open?: ClientBackend['open'],
  ) {}

  connect(grant: ClientGrant, receiver: ClientReceiver): ClientView | undefined {
    const session = this.worlds.get(grant.account);
    session.catchUp();
    const { world } = session;
    const sid = grant.serviceSid ?? world.get(defaultServiceSid) ?? '';
    if (world.records(services).get(sid) === undefined) return undefined;
    // A world must stay in memory while clients are connected.
    this.worlds.beginWrite(grant.account);
    let clients = this.#worlds.get(session);
    if (clients === undefined) this.#worlds.set(session, (clients = new WorldClients(session, this.#ids)));
    return new UserView(clients, sid, { grant, receiver, onDisconnect: () => this.worlds.endWrite(session) });
  }

  /** The clients of a world; undefined if none has ever connected. */
  of(session: WorldSession): WorldClients | undefined {
    return this.#worlds.get(session);
  }
}
