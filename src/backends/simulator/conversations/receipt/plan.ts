/**
 * How a receipt goes on after `sent`: by a rule of the test, by a magic address, else by its channel. SMS is delivered
 * and never read; other channels are read as well (documentation). How long it takes is our choice.
 */
import { matchesGlob } from '../../../../util/glob.js';
import type { PlannedStep, ReceiptStatus } from '../records.js';

/** A test's own rule for addresses that fit a pattern. */
export interface ReceiptRule {
  /** An address, or a pattern with `*` for any characters, e.g. `whatsapp:*`. */
  readonly address: string;
  /** What comes after `sent`, each so many milliseconds after the message. Empty: it stays `sent`. */
  readonly steps: readonly ReceiptStep[];
}

export interface ReceiptStep {
  readonly after: number;
  readonly status: ReceiptStatus;
  readonly errorCode?: number | undefined;
}

const DELIVERED_AFTER = 2000;
const READ_AFTER = 6000;

const delivered: ReceiptStep = { after: DELIVERED_AFTER, status: 'delivered' };
const read: ReceiptStep = { after: READ_AFTER, status: 'read' };

/**
 * Numbers that tell their own outcome, on any channel: `+1500555` and
 * `0000` stays sent · `0001` delivered · `0002` delivered, then read · and `+15001CCCCC0` undelivered, `+15002CCCCC0`
 * failed, with the error code in the five C.
 */
export function magicSteps(address: string): readonly ReceiptStep[] | undefined {
  const number = address.replace(/^[a-z]+:/, '');
  if (number === '+15005550000') return [];
  if (number === '+15005550001') return [delivered];
  if (number === '+15005550002') return [delivered, read];
  const [, kind, code] = /^\+1500([12])(\d{5})0$/.exec(number) ?? [];
  if (kind === undefined) return undefined;
  return [{ after: DELIVERED_AFTER, status: kind === '1' ? 'undelivered' : 'failed', errorCode: Number(code) }];
}

/** What will become of a receipt, at which moments. */
export function planOf(
  address: string,
  channel: string,
  rules: readonly ReceiptRule[],
  now: number,
): readonly PlannedStep[] {
  const rule = rules.find((each) => matchesGlob(each.address, address));
  const steps = rule?.steps ?? magicSteps(address) ?? (channel === 'sms' ? [delivered] : [delivered, read]);
  return steps.map(({ after, status, errorCode = 0 }) => ({ at: now + after, status, errorCode }));
}
