/** What webhooks want, say and decide: pure rules, apart from the sending. */
import type { EventParameters, WorldEvent } from '../conversations/event.js';
import type { ScopedWebhookRecord } from '../conversations/records.js';
import type { WebhookAnswer } from './sender.js';

/** What a pre-action hook decided. */
export type Verdict =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'change'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'reject' };

export const goOn: Verdict = { kind: 'go-on' };

/** Which events reach a conversation's webhook: those it named, a keyword's message, or a flow's message. */
export function wants({ target, configuration }: ScopedWebhookRecord, event: WorldEvent): boolean {
  if (target === 'webhook') return configuration.filters?.includes(event.type) === true;
  if (event.type !== 'onMessageAdded') return false;
  const body = (event.parameters['Body'] ?? '').toLowerCase();
  return target === 'studio' || (configuration.triggers ?? []).some((word) => body.includes(word.toLowerCase()));
}

/** The common parameters and the event's own; what has no value is left out (recorded). */
export function parametersOf(account: string, { type, source, clientIdentity, serviceSid, parameters }: WorldEvent) {
  const all: EventParameters = {
    AccountSid: account,
    EventType: type,
    Source: source,
    ClientIdentity: clientIdentity,
    ChatServiceSid: serviceSid,
    ...parameters,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** How long a webhook's answer may take, in milliseconds. */
export interface Limits {
  readonly connect: number;
  /** Until the answer begins, and between two parts of it. */
  readonly read: number;
  /** All attempts together. */
  readonly total: number;
}

/** What stands behind the `#` of a webhook's URL, and what holds without it. */
export interface Overrides {
  readonly retries: number;
  readonly policies: readonly string[];
  readonly limits: Limits;
}

/** In milliseconds, and for `rc` in attempts (documentation). */
const RANGES = { rc: [0, 5], ct: [100, 10_000], rt: [100, 15_000], tt: [100, 15_000] } as const;

/**
 * Connection overrides of a URL: `rc` retries, `rp` after what, `ct`, `rt` and `tt` how long it takes to connect, to answer
 * and in all (documentation). Where they are absent, Conversations retries nothing and waits for `timeoutMs`
 * (documentation). A value out of its range counts as the nearest one inside (inferred).
 */
export function overridesOf(url: string, timeoutMs: number): Overrides {
  const given = new URLSearchParams(url.split('#')[1] ?? '');
  const read = (name: keyof typeof RANGES): number | undefined => {
    const text = given.get(name) ?? '';
    const [least, most] = RANGES[name];
    return /^\d{1,9}$/.test(text) ? Math.min(Math.max(Number(text), least), most) : undefined;
  };
  const [retries, connect, answer] = [read('rc'), read('ct'), read('rt')];
  const isPlain = retries === undefined && connect === undefined && answer === undefined;
  const total = read('tt') ?? (isPlain ? timeoutMs : RANGES.tt[1]);
  return {
    retries: retries ?? 0,
    policies: (given.get('rp') ?? 'ct').split(','),
    limits: { connect: connect ?? timeoutMs, read: answer ?? timeoutMs, total },
  };
}

/** Why there was no answer: no connection, or none in time. */
export type Silence = 'ct' | 'rt';

export function isWorthRetrying(outcome: WebhookAnswer | Silence, policies: readonly string[]): boolean {
  const kind = typeof outcome === 'string' ? outcome : kindOf(outcome.status);
  return kind !== undefined && (policies.includes('all') || policies.includes(kind));
}

function kindOf(status: number): '4xx' | '5xx' | undefined {
  if (status >= 500) return '5xx';
  return status >= 400 ? '4xx' : undefined;
}

export function verdictOf({ status, body }: WebhookAnswer): Verdict {
  if (status >= 400) return { kind: 'reject' };
  let fields: unknown;
  try {
    fields = JSON.parse(body === '' ? '{}' : body);
  } catch {
    return goOn;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return goOn;
  return Object.keys(fields).length === 0 ? goOn : { kind: 'change', fields: fields as Record<string, unknown> };
}

export function withQuery(url: string, form: ReadonlyMap<string, string>): string {
  const [address = ''] = url.split('#');
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams([...form]).toString()}`;
}
