import type { Json } from '../../core/body.js';
import type { Input, Operation, Violation } from '../../core/operation.js';

/** A response, independent of the surface. */
export interface Answer {
  readonly status: number;
  /** The surface has no statuses, so this is the published status of success. An operation can have several. */
  readonly isStatusAssumed?: boolean;
  readonly body: Json | null;
  /** Names are in lower case; undefined on a surface without headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How long the call took; undefined if it was not measured. */
  readonly milliseconds?: number;
}

/** Anything that can be called with an operation and an input: the engine, a surface, or a client of one. */
export interface Target {
  /** @throws Error if there is no response. */
  call(operation: Operation, input: Input, signal: AbortSignal): Promise<Answer>;
  /** A shell command that makes the same call, without secrets. */
  curl?(operation: Operation, input: Input): string;
  /** Where it is called. A proxy in front of Twilio has page URLs that begin with it, and all other URLs of Twilio's. */
  readonly origin?: string;
  /** Closes the connection, if there is one. */
  readonly close?: () => Promise<void>;
}

/** Values that a scenario can use without creating them, e.g. `{{phone.address}}`. */
export interface Prerequisites {
  readonly phone?: { readonly address: string; readonly proxyAddress: string };
  readonly binding?: { readonly service: string; readonly sid: string };
  /** Present if a run may change the settings of the account; it restores them. */
  readonly settings?: Readonly<Record<string, never>>;
}

/** One of the two sides of a comparison. */
export interface Side {
  /** The name in reports, e.g. `simulate`, `live` or `http://127.0.0.1:8080`. */
  readonly name: string;
  readonly kind: 'simulate' | 'live' | 'replay' | 'url';
  /** For a recording: its date, and the server it was recorded from unless that was Twilio. */
  readonly recorded?: string | undefined;
  readonly prerequisites: Prerequisites;
  /** The target for one scenario; undefined if this side has none, as when there is no recording of the scenario. */
  open(scenario: string): Promise<Target | undefined>;
  /** For a recording in scope `account`: the suffix of the names in it. */
  suffixOf?(scenario: string): string | undefined;
  close(): Promise<void>;
}

/** What is published about the operations. Passed in, so that the contract code reads no capability files. */
export interface Published {
  readonly operations: readonly Operation[];
  /** The success status. */
  readonly status: (operation: string) => number;
  /** The form fields of an operation's body; undefined if it has none. */
  readonly fields: (operation: string) => readonly string[] | undefined;
  readonly violations: (operation: string, answer: Answer) => readonly Violation[];
}
