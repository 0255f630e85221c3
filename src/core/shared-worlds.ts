import type { MaybePromise } from './maybe-promise.js';

/** Where a server is reached by the others. */
export interface ServerAddress {
  /** Origin for REST and Twilio callers. */
  readonly rest: string;
  /** Origin for MCP callers. */
  readonly mcp: string;
}

/** A world that this server has. It stays here until `leave` is called. */
export interface HereWorld {
  leave(): void;
}

/** A world that another server has. */
export interface WorldElsewhere {
  /** Identifies the server. */
  readonly server: string;
  readonly address: ServerAddress;
  /** Aborted when the server turns out to be gone. */
  readonly gone: AbortSignal;
}

/** Rules that all servers on a database have. */
export interface SharedRules {
  /** Adds a rule, at every server. @returns its id */
  add(rule: object): Promise<number>;
  /** @returns whether there was one */
  remove(id: number): Promise<boolean>;
  clear(): Promise<void>;
  /** Calls the listener with all rules whenever they have changed, at any server. */
  subscribe(listener: (rules: readonly SharedRule[]) => void): void;
}

interface SharedRule {
  readonly id: number;
  readonly rule: object;
}

/** Worlds that several servers share. Each is in the memory of one of them. */
export interface SharedWorlds {
  readonly faults: SharedRules;
  /** The number of worlds that this server has. */
  readonly count: number;
  /** Tells the other servers where this one is reached. */
  announce(own: ServerAddress): Promise<void>;
  /**
   * Finds the world of an account. Takes it if no server has it.
   * @param options.mustExist an account without a world gets none; undefined is returned then
   * @throws UnderstudyError when the world can be neither found nor taken
   */
  locate(account: string, options?: LocateOptions): MaybePromise<HereWorld | WorldElsewhere | undefined>;
  /** Forgets where a world was, because it is no longer there. */
  misplaced(account: string): void;
  /** Lets the other servers have the worlds of this one, each when its calls have been answered. Takes no more. */
  handOver(): Promise<void>;
}

export interface LocateOptions {
  readonly mustExist?: boolean;
}
