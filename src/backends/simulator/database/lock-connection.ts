import type { ServerAddress } from '../../../core/shared-worlds.js';
import { storeDown, warnings } from './errors.js';
import { GroupCommit } from './group-commit.js';
import { LockSession, type LockSessionOptions } from './lock-session.js';
import type { Identity } from './lock-statements.js';
import { addressOf } from './open-pool.js';

const LONGEST_PAUSE_MS = 1000;

interface LockConnectionOptions extends Pick<LockSessionOptions, 'url' | 'onFaults' | 'onWanted'> {
  readonly onWarning: (message: string) => void;
  /** Called when the connection is lost: all locks are lost as well. */
  readonly onLost: () => void;
}

/** Keeps a session that can hold locks, and opens another when it is lost. */
export class LockConnection {
  #session: LockSession | undefined;
  #commit: GroupCommit | undefined;
  readonly #former = new Set<string>();
  #address: ServerAddress | undefined;
  #isLeaving = false;
  #isClosed = false;
  #identity: Identity | undefined;
  /** Counts how often the connection was lost. */
  losses = 0;
  lossCause: unknown;

  constructor(readonly options: LockConnectionOptions) {}

  get session(): LockSession | undefined {
    return this.#session;
  }

  /** Writes changes on the connection; undefined while there is none. */
  get commit(): GroupCommit | undefined {
    return this.#commit;
  }

  /** Whether the locks are certainly held. */
  get holds(): boolean {
    return this.#session?.holds === true;
  }

  /** Known once there was a connection. */
  get identity(): Identity {
    if (this.#identity === undefined) throw storeDown(this.lossCause);
    return this.#identity;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** @throws UnderstudyError while there is no connection */
  required(): LockSession {
    if (this.#session === undefined) throw storeDown(this.lossCause);
    return this.#session;
  }

  async connect(): Promise<void> {
    const { url, onFaults, onWanted } = this.options;
    let current: LockSession | undefined;
    // If a session is lost before it is in use, `#prepare` fails and the caller retries.
    const onLost = (cause: unknown): void => {
      if (current !== undefined && current === this.#session) this.#lost(cause);
    };
    const listeners = { onFaults, onWanted, onLost };
    const session = await LockSession.open({ url, address: this.#address, former: this.#former, ...listeners });
    current = session;
    await this.#prepare(session);
    this.#former.add(session.id);
    this.#session = session;
    this.#commit = new GroupCommit(
      (rows) => session.append(rows),
      (cause) => session.fail(cause),
    );
    onFaults();
  }

  async #prepare(session: LockSession): Promise<void> {
    try {
      this.#identity ??= await session.identity();
      if (this.#isLeaving) await session.announce(this.#address, true);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  async announce(address: ServerAddress | undefined): Promise<void> {
    this.#address = address;
    // If the connection is lost meanwhile, the next one announces it.
    await this.#session?.announce(address, this.#isLeaving).catch(() => undefined);
  }

  /** Tells the other servers that this one takes no more worlds. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#session?.announce(this.#address, true);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#session?.close();
  }

  #lost(cause: unknown): void {
    this.#session = this.#commit = undefined;
    this.lossCause = cause;
    this.losses += 1;
    this.options.onLost();
    if (this.#isClosed) return;
    this.options.onWarning(warnings.lost(addressOf(this.options.url), cause));
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    for (let pause = 50; !this.#isClosed; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.connect();
        this.options.onWarning(warnings.back(addressOf(this.options.url)));
        return;
      } catch (cause) {
        this.lossCause = cause;
      }
      await new Promise((resolve) => void setTimeout(resolve, pause).unref());
    }
  }
}
