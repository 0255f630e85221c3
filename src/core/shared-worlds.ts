import type { JsonObject } from './body.js';
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

/** A world that stays here while something is done that takes time. It moves all the same if that takes too long. */
export interface Stay extends HereWorld {
  /** Whether it has not moved since. */
  readonly isHere: boolean;
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
  /** All rules, with how often each has applied at all servers. */
  list(): Promise<readonly SharedRule[]>;
  /** Calls the listener with all rules whenever they have changed, at any server. */
  subscribe(listener: (rules: readonly SharedRule[]) => void): void;
  /** Counts that a rule applies, unless it has applied `times` times at all servers. @returns whether it may apply */
  claim(id: number, times: number): Promise<boolean>;
  /** Counts that a rule has applied. Other servers learn of it a little later. */
  count(id: number): void;
}

export interface SharedRule {
  readonly id: number;
  readonly rule: object;
  /** How often it has applied at all servers. */
  readonly happened: number;
}

/** A world in the database, and the server that has it in memory. */
export interface StoredWorld {
  readonly account: string;
  /** Undefined: no server has it in memory. */
  readonly server: string | undefined;
}

/** A world that this server has. */
export interface OwnedWorldInfo {
  readonly account: string;
  /** How often servers have taken it. */
  readonly epoch: number;
}

/** What other servers have answered. */
export interface Answers {
  readonly answers: readonly { readonly server: string; readonly value: JsonObject }[];
  /** The servers that did not answer in time. */
  readonly unanswered: readonly string[];
}

/** The other servers on the same database. */
export interface OtherServers {
  /** The address of this server, to tell it from the others. */
  readonly self: string;
  /** Runs a control at each of them, with `own: true`, so that they answer for themselves. Never throws. */
  ask(control: string, input: JsonObject): Promise<Answers>;
}

/** Worlds that several servers share. Each is in the memory of one of them. */
export interface SharedWorlds {
  readonly faults: SharedRules;
  /** Differs from that of each other server, nearly always. */
  readonly number: number;
  /** Signs the access tokens that this server and the others make. */
  readonly tokenSecret: string;
  /** The number of worlds that this server has. */
  readonly count: number;
  /** The worlds that this server has. */
  owned(): Iterable<OwnedWorldInfo>;
  /** All worlds, also those that no server has in memory, up to a number. */
  stored(limit: number): Promise<readonly StoredWorld[]>;
  /** Where the other servers are reached. */
  others(): Promise<readonly ServerAddress[]>;
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
