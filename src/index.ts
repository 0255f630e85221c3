/** The public door. What is not exported here may change without notice. */
export { twilioClientFor, type ClientTarget, type TwilioClientOptions } from './library/client.js';
export { startUnderstudy, type Sim, type StartOptions } from './library/start.js';
export type {
  ClockState,
  Device,
  Inbound,
  JournalSearch,
  ReceiptRule,
  ReceiptStatus,
  Times,
  WebhookFilter,
  WorldFile,
} from './library/types.js';
export type { SimWorld } from './library/world.js';
export type { Delivery } from './backends/simulator/outbox.js';
export { createUnderstudy, type RunningUnderstudy, type Understudy } from './understudy.js';
export type { Settings } from './config.js';
export type { FaultRule } from './engine/faults.js';
export type { Expectation, Verdict } from './engine/verify.js';
export { UnderstudyError, understudyErrors, type UnderstudyErrorName } from './errors.js';
export type { Caller, Engine, Exchange, Input, Operation, Outcome, Result, Violation } from './operation.js';
