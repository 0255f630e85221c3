/** The types of `require('twilio-understudy')`: those of `index.ts`. */
import type * as types from './index.js' with { 'resolution-mode': 'import' };

declare const understudy: typeof types;
declare namespace understudy {
  export type Caller = types.Caller;
  export type ClientTarget = types.ClientTarget;
  export type ClockState = types.ClockState;
  export type Delivery = types.Delivery;
  export type Device = types.Device;
  export type Engine = types.Engine;
  export type Exchange = types.Exchange;
  export type Expectation = types.Expectation;
  export type FaultRule = types.FaultRule;
  export type Inbound = types.Inbound;
  export type Input = types.Input;
  export type JournalSearch = types.JournalSearch;
  export type MediaFile = types.MediaFile;
  export type Operation = types.Operation;
  export type Outcome = types.Outcome;
  export type ReceiptRule = types.ReceiptRule;
  export type ReceiptStatus = types.ReceiptStatus;
  export type Result = types.Result;
  export type RunningUnderstudy = types.RunningUnderstudy;
  export type Settings = types.Settings;
  export type Sim = types.Sim;
  export type SimWorld = types.SimWorld;
  export type StartOptions = types.StartOptions;
  export type Times = types.Times;
  export type TwilioClientOptions = types.TwilioClientOptions;
  export type Understudy = types.Understudy;
  export type UnderstudyError = types.UnderstudyError;
  export type UnderstudyErrorName = types.UnderstudyErrorName;
  export type Verdict = types.Verdict;
  export type Violation = types.Violation;
  export type WebhookFilter = types.WebhookFilter;
  export type WorldFile = types.WorldFile;
}
export = understudy;
