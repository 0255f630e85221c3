/** The public door. What is not exported here may change without notice. */
export { createUnderstudy, startUnderstudy } from './understudy.js';
export type { RunningUnderstudy, Understudy } from './understudy.js';
export type { Settings } from './config.js';
export { UnderstudyError, understudyErrors, type UnderstudyErrorName } from './errors.js';
export type { Caller, Engine, Exchange, Input, Operation, Outcome, Result, Violation } from './operation.js';
