/**
 * What happens to a receipt after `sent`: the rules of a test decide, then magic addresses, then the channel. SMS are
 * delivered and never read; messages of other channels are read as well (documentation). The delays are ours.
 */
import { matchesGlob } from '../../../../util/glob.js';
import { isCount, isText, listOf, oneOf, optional, partOf } from '../../kernel/record-fields.js';
import type { Setting } from '../../kernel/schema.js';
import { receiptStatuses, type ReceiptStatus } from '../message/delivery.js';

/** A future status of a receipt, `at` a time of its world's clock. */
export interface PlannedStep {
  readonly at: number;
  readonly status: ReceiptStatus;
  readonly errorCode: number;
}

/** A test's rule for the receipts of some addresses. */
export interface ReceiptRule {
  /** An address, or a pattern with `*` for any characters, e.g. `whatsapp:*`. */
  readonly address: string;
  /** The statuses after `sent`. If empty, the receipt stays `sent`. */
  readonly steps: readonly ReceiptStep[];
}

interface ReceiptStep {
  /** Milliseconds after the message. */
  readonly after: number;
  readonly status: ReceiptStatus;
  readonly errorCode?: number | undefined;
}

export const MAX_RULES = 1000;
/** Of one rule. */
export const MAX_STEPS = 20;

/** A test's rules. The first matching one applies. */
export const receiptRules: Setting<readonly ReceiptRule[]> = {
  name: 'receiptRules',
  initial: () => [],
  isValid: (value) => isRules(value) && (value as readonly ReceiptRule[]).length <= MAX_RULES,
};

const isSteps = listOf(
  partOf<ReceiptStep>({ after: isCount, status: oneOf(receiptStatuses), errorCode: optional(isCount) }),
);
const isRules = listOf(
  partOf<ReceiptRule>({
    address: isText,
    steps: (value) => isSteps(value) && (value as readonly ReceiptStep[]).length <= MAX_STEPS,
  }),
);

const DELIVERED_AFTER = 2000;
const READ_AFTER = 6000;

const delivered: ReceiptStep = { after: DELIVERED_AFTER, status: 'delivered' };
const read: ReceiptStep = { after: READ_AFTER, status: 'read' };

/**
 * Numbers with a fixed outcome on every channel: `+15005550000` stays sent, `+15005550001` is delivered, `+15005550002` is
 * delivered and read, `+15001CCCCC0` is undelivered and `+15002CCCCC0` fails, with the error code CCCCC.
 */
function magicSteps(address: string): readonly ReceiptStep[] | undefined {
  const number = address.replace(/^[a-z]+:/, '');
  if (number === '+15005550000') return [];
  if (number === '+15005550001') return [delivered];
  if (number === '+15005550002') return [delivered, read];
  const [, kind, code] = /^\+1500([12])(\d{5})0$/.exec(number) ?? [];
  if (kind === undefined) return undefined;
  return [{ after: DELIVERED_AFTER, status: kind === '1' ? 'undelivered' : 'failed', errorCode: Number(code) }];
}

/** What a new receipt begins with. A message that fails is never sent (documentation); any other is sent at once. */
export interface Outcome {
  readonly status: ReceiptStatus;
  readonly errorCode: number;
  /** Its future statuses. */
  readonly plan: readonly PlannedStep[];
}

export const failure = (errorCode: number): Outcome => ({ status: 'failed', errorCode, plan: [] });

export function outcomeFor(address: string, channel: string, rules: readonly ReceiptRule[], now: number): Outcome {
  const rule = rules.find((each) => matchesGlob(each.address, address));
  const steps = rule?.steps ?? magicSteps(address) ?? (channel === 'sms' ? [delivered] : [delivered, read]);
  const [first] = steps;
  if (rule === undefined && first?.status === 'failed') return failure(first.errorCode ?? 0);
  const plan = steps.map(({ after, status, errorCode = 0 }) => ({ at: now + after, status, errorCode }));
  return { status: 'sent', errorCode: 0, plan };
}
