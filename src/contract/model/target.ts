import type { Input, Operation, Violation } from '../../core/operation.js';
import type { Json } from '../../core/body.js';

/** What came back, whatever the surface. */
export interface Answer {
  readonly status: number;
  readonly body: Json | null;
  /** In lower case; undefined on a surface that has none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Anything that takes an operation and an input: the engine, a surface, a client of one. */
export interface Target {
  /** @throws Error when no answer came. */
  call(operation: Operation, input: Input, signal: AbortSignal): Promise<Answer>;
  /** The command that shows the same to a person, without secrets. */
  curl?(operation: Operation, input: Input): string;
  /** Ends a connection, where there is one. */
  readonly close?: () => Promise<void>;
}

/** What a scenario can refer to without having made it, e.g. `{{phone.address}}`. */
export interface Prerequisites {
  readonly phone?: { readonly address: string; readonly proxyAddress: string };
  readonly binding?: { readonly service: string; readonly sid: string };
}

/** One of the two that are compared. */
export interface Side {
  /** How reports call it, e.g. `simulate`, `live`, `http://127.0.0.1:8080`. */
  readonly name: string;
  readonly kind: 'simulate' | 'live' | 'replay' | 'url';
  /** When the answers were recorded, and from whom unless it was Twilio, for a recording. */
  readonly recorded?: string | undefined;
  readonly prerequisites: Prerequisites;
  /** The target for one scenario; undefined when this side knows nothing of it (there is no recording of it). */
  open(scenario: string): Promise<Target | undefined>;
  close(): Promise<void>;
}

/** What is published of the operations; handed in, so that scenarios depend on no file. */
export interface Published {
  readonly operations: readonly Operation[];
  /** The status of success. */
  readonly status: (operation: string) => number;
  /** The form fields of an operation's body; undefined when it has none. */
  readonly fields: (operation: string) => readonly string[] | undefined;
  readonly violations: (operation: string, answer: Answer) => readonly Violation[];
}
