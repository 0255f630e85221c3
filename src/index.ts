/** The public API. Everything else may change without notice. */
export { twilioClientFor, type ClientTarget, type TwilioClientOptions } from './library/client.js';
export { startUnderstudy, type Sim, type StartOptions } from './library/start.js';
export type {
  ClockState,
  Device,
  Inbound,
  JournalSearch,
  MediaFile,
  ReceiptRule,
  ReceiptStatus,
  Times,
  WebhookFilter,
  WorldFile,
} from './library/types.js';
export type { SimWorld } from './library/world.js';
export type { Delivery } from './backends/simulator/webhooks/outbox.js';
export { createUnderstudy } from './app/create-understudy.js';
export type { RunningUnderstudy, Understudy } from './app/understudy.js';
export type { Settings } from './app/settings.js';
export type { FaultRule } from './engine/faults.js';
export type { Expectation, Verdict } from './control/expectations.js';
export { UnderstudyError, understudyErrors, type UnderstudyErrorName } from './core/errors.js';
export type { Caller, Engine, Exchange, Input, Operation, Outcome, Result, Violation } from './core/operation.js';
