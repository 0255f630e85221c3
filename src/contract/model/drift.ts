import type { Json } from '../../core/json.js';

/**
 * How two responses differ, or which rule a single response breaks. Reports use these as SARIF rule IDs and JUnit
 * failure types.
 *
 * - `missing`, `extra`: only one side has the key or record
 * - `type`, `value`, `status`, `code`: the values differ
 * - `form`: the values may differ, but not in their form, such as the format of a date
 * - `header`: only one side sends the header, or the content types differ
 * - `latency`: the response took longer than allowed
 * - `order`: the records are the same, but their order differs
 * - `link`: the URLs differ
 * - `failed-expectation`: an expectation of the scenario is not met
 * - `field-not-in-schema`, `missing-required-field`, `schema-violation`: the response violates the published schema
 * - `no-response`: the call failed or could not be sent
 */
export type DriftKind =
  | 'missing'
  | 'extra'
  | 'type'
  | 'value'
  | 'form'
  | 'status'
  | 'code'
  | 'header'
  | 'latency'
  | 'order'
  | 'link'
  | 'failed-expectation'
  | 'field-not-in-schema'
  | 'missing-required-field'
  | 'schema-violation'
  | 'no-response';

/** One difference between the two sides, or one rule that a single side breaks. */
export interface Drift {
  readonly scenario: string;
  readonly step: string;
  readonly operation: string;
  /** Path in the masked response body, e.g. `messages[0].author`; empty for the whole response. */
  readonly path: string;
  readonly kind: DriftKind;
  /** The side that breaks a rule; undefined for a difference between the sides. */
  readonly side?: string | undefined;
  /** The value on the right side, or the value that the rule requires; undefined if there is none. */
  readonly expected: Json | undefined;
  /** The value on the left side, or on `side`. */
  readonly actual: Json | undefined;
  /** Explains a drift that the two values do not explain by themselves. */
  readonly note?: string | undefined;
  /** A command that reproduces the call. */
  readonly curl?: string | undefined;
}

/** A drift before its scenario, step and operation are known. */
export type Difference = Omit<Drift, 'scenario' | 'step' | 'operation'>;
