/**
 * The words of a scenario. Plain data: the scenarios that ship are TypeScript objects, a user's own are YAML with the
 * same words.
 */
import type { Input } from '../../core/operation.js';
import type { Json } from '../../core/body.js';

/** A named story, played inside one service that is made for it and named for it. */
export interface Scenario {
  readonly name: string;
  /** What it promises, in a sentence. */
  readonly about: string;
  readonly steps: readonly Step[];
  /** The file that it was read from; absent for those that ship. */
  readonly file?: string;
}

/** One call, with what to keep of its answer and what to expect of it. */
export interface Step {
  /** Said once in its scenario. Reports name it. */
  readonly name: string;
  readonly operation: string;
  /**
   * Values by declared parameter name, and `body`. A text may refer to what was kept: `{{role.sid}}`. A path parameter
   * that is left out comes from what was kept under its noun: `ConversationSid` is `{{conversation.sid}}`.
   */
  readonly input?: Input;
  /** A page URL of an earlier answer, e.g. `{{first.meta.next_page_url}}`: its query becomes this step's. */
  readonly page?: string;
  /** Follows a list's pages to the end and back to the beginning; all of it is one step. */
  readonly walk?: true;
  /** The name by which later steps refer to this answer. */
  readonly keep?: string;
  readonly expect?: Expectation;
  /** Whether the order of a list is promised (as it is unless said otherwise), or may differ between two runs. */
  readonly order?: 'promised' | 'free';
  /** For lists that hold what others made too: only what this scenario made is looked at. */
  readonly only?: 'ours';
  /** Paths of the answer that may differ between two targets, each with the reason. */
  readonly free?: Readonly<Record<string, string>>;
  /** What a target must have for this step; without it, the step is skipped on both sides. */
  readonly needs?: Need;
  /** Where this step's expectations were learnt; `documented` unless said otherwise. */
  readonly source?: Source;
}

/** A phone that Twilio may reach, or a device that has registered for push messages. */
export type Need = 'phone' | 'binding';

/** Twilio's published description, its documentation, a recorded answer, or our own reasoning from them. */
export type Source = 'published' | 'documented' | 'recorded' | 'inferred';

/** What every target must answer, whatever another one says. */
export interface Expectation {
  /** The published status of success, unless said otherwise. */
  readonly status?: number;
  /** Twilio's error code. */
  readonly code?: number;
  /** Values by path, e.g. `links.users` or `messages[0].index`. A text may refer to what was kept, this answer too. */
  readonly body?: Readonly<Record<string, Expected>>;
  /** Header names that must be there, on a surface that has headers. */
  readonly headers?: readonly string[];
  /** How many records a list shows; in a walk, on all pages together. */
  readonly count?: number;
  /** The key by which a list's records must ascend. */
  readonly sortedBy?: string;
}

/** A value; or a rule for one: `{ like: '^RL' }`, a regular expression, or `{ absent: true }`. */
export type Expected = Json;
