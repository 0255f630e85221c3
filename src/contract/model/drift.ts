import type { Json } from '../../core/body.js';

/**
 * missing, extra: a key, a record or a whole step that only one side has · type, value · status, code · header · order,
 * where it is promised · link: a URL that leads elsewhere · promise: an expectation of the scenario is broken ·
 * unknown-key, left-out-key, shape: against the published shape · no-answer: the call failed or was never possible.
 */
export type DriftKind =
  | 'missing'
  | 'extra'
  | 'type'
  | 'value'
  | 'status'
  | 'code'
  | 'header'
  | 'order'
  | 'link'
  | 'promise'
  | 'unknown-key'
  | 'left-out-key'
  | 'shape'
  | 'no-answer';

/** One difference: between the two sides, or between one side and what was promised. */
export interface Drift {
  readonly scenario: string;
  readonly step: string;
  readonly operation: string;
  /** Into the masked answer, e.g. `messages[0].author`; empty for the whole. */
  readonly path: string;
  readonly kind: DriftKind;
  /** The side that breaks a promise or a shape; undefined for a difference between the two. */
  readonly side?: string | undefined;
  /** What the right side, the promise or the shape has; undefined: nothing there. */
  readonly expected: Json | undefined;
  /** What came from the left side, or from the side that is named. */
  readonly actual: Json | undefined;
  /** A remark where the two values do not speak for themselves. */
  readonly note?: string | undefined;
  /** The command that shows it. */
  readonly curl?: string | undefined;
}

/** The same without its place, as comparing finds it. */
export type Difference = Omit<Drift, 'scenario' | 'step' | 'operation'>;
