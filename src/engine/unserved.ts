import { bodyOf } from '../core/body.js';
import type { UnderstudyError } from '../core/errors.js';
import type { Log } from '../core/log.js';
import type { Caller, Operation } from '../core/operation.js';
import type { Journal } from './journal.js';

/** In place of an operation, in the journal. */
const NO_OPERATION = '(none)';

const none: Operation = {
  id: NO_OPERATION,
  name: NO_OPERATION,
  namespace: '',
  baseUri: '',
  noun: '',
  verb: 'fetch',
  scope: 'account',
  method: 'GET',
  path: '',
  description: '',
  parameters: [],
};

/** Reports a request that no operation answers. */
export type ReportUnserved = (caller: Caller, error: UnderstudyError) => void;

interface UnservedParts {
  readonly journal: Journal;
  readonly log: Log;
  readonly clock: { now(): number };
}

/** Such requests appear in the log and in the journal, because an app that makes them expects that they work. */
export function createUnservedReport({ journal, log, clock }: UnservedParts): ReportUnserved {
  return (caller, error) => {
    log.warn({ reqId: caller.requestId }, error.message);
    const empty = new Map<string, never>();
    journal.add({
      time: clock.now(),
      started: performance.now(),
      name: NO_OPERATION,
      call: { operation: none, path: empty, query: empty, headers: empty, form: empty, caller, notes: {} },
      status: error.status,
      body: bodyOf(error.body),
      headers: {},
      milliseconds: 0,
      ignored: [],
    });
  };
}
