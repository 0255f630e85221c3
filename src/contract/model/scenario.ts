/**
 * The format of a scenario: plain data. The scenarios in this package are TypeScript objects; users write theirs as
 * TypeScript objects or YAML files with the same keys.
 */
import type { Json } from '../../core/body.js';
import type { Input, Scope } from '../../core/operation.js';
import type { Source } from './source.js';

/**
 * A sequence of calls. In scope `service` it runs inside a service that is created for it and has its name; in scope
 * `account` it uses the account-level paths, and so the default service, with names that are unique to the run.
 */
export interface Scenario {
  readonly name: string;
  /** What the scenario shows, in one sentence. */
  readonly about: string;
  readonly steps: readonly Step[];
  /** The scopes that it runs in, once in each. Default: `service`. */
  readonly scopes?: readonly Scope[];
  /** The scope of this run, set by `inScopes`. Default: `service`. */
  readonly scope?: Scope;
  /** The file it was read from, and the line of each step; absent for the scenarios in this package. */
  readonly origin?: { readonly file: string; readonly lines: ReadonlyMap<string, number> };
}

/** One call, and what is expected of its response. */
export interface Step {
  /** Unique within the scenario. Reports name it. */
  readonly name: string;
  /**
   * Verb and noun, e.g. `create Conversations/Messages`, or an operation's name, e.g. `createservicerole`. A verb and a
   * noun mean the operation in the scope of the run: below the scenario's service, or directly below the account.
   */
  readonly operation: string;
  /**
   * Values by declared parameter name, and `body`. A string may refer to saved responses: `{{role.sid}}`. A missing path
   * parameter other than `Sid` defaults to the variable of its resource: `ConversationSid` to `{{conversation.sid}}`.
   */
  readonly input?: Input;
  /** The only scope that the step runs in. Default: every scope of the scenario. */
  readonly scope?: Scope;
  /** A page URL from an earlier response, e.g. `{{first.meta.next_page_url}}`: its query is added to the input. */
  readonly page?: string;
  /** Follows the pages of a list to the end and back to the start, all in this step. */
  readonly paginate?: true;
  /** Repeats the call until the expectation is met, for what happens shortly after a response. At most 10 seconds. */
  readonly eventually?: true;
  /** The variable that later steps use to refer to this response. */
  readonly saveAs?: string;
  readonly expect?: Expectation;
  /** Whether the order of a list may differ between two runs (`free`). Default: `promised`. */
  readonly order?: 'promised' | 'free';
  /** For lists that also contain records of others: compares only the records that this scenario created. */
  readonly only?: 'ours';
  /** Paths in the response that may differ between two targets, each with the reason. */
  readonly free?: Readonly<Record<string, string>>;
  /** What a target must have to run this step. If either side does not have it, both sides skip the step. */
  readonly needs?: Need;
  /** Where the expectations of this step come from. Default: `documented`. */
  readonly source?: Source;
}

/**
 * Phone numbers that Twilio can reach, a device registered for push messages, or an account whose settings may change for
 * the duration of the run.
 */
export type Need = 'phone' | 'binding' | 'settings';

/** What every target must respond, regardless of the other side. */
export interface Expectation {
  /** Default: the operation's published success status. */
  readonly status?: number;
  /** Twilio's error code. */
  readonly code?: number;
  /** Values by path, e.g. `links.users` or `messages[0].index`. May refer to saved responses, including this one. */
  readonly body?: Readonly<Record<string, Expected>>;
  /** Names of headers that must be present, on a surface that has headers. */
  readonly headers?: readonly string[];
  /** Number of records in a list; with `paginate`, on all pages together. */
  readonly count?: number;
  /** The key by which the records of a list must be in ascending order. */
  readonly sortedBy?: string;
}

/**
 * A value, or a rule for one: `{ like: '^RL' }`, a regular expression; `{ anyOf: [0, null] }`; `{ absent: true }`; or
 * `{ ifPresent: value }`, for a key that exists in one scope only. Whether it must exist is checked with the published schema.
 */
export type Expected = Json;
