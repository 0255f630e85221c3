/** The rules of webhook requests: parameters, connection overrides, retries and verdicts. */
import type { EventParameters, Verdict, WorldEvent } from '../kernel/event.js';
import type { Limits, NoResponse, WebhookResponse } from './sender.js';

export const proceed: Verdict = { kind: 'proceed' };

/** The common parameters, then those of the event. A parameter without a value is left out (recorded). */
export function parametersOf(
  account: string,
  { type, source, clientIdentity, parameters }: WorldEvent,
): Record<string, string> {
  const all: EventParameters = {
    AccountSid: account,
    EventType: type,
    Source: source,
    ClientIdentity: clientIdentity,
    ...parameters,
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Connection overrides: what the fragment of a webhook's URL sets, with defaults for the rest. */
export interface Overrides {
  readonly retries: number;
  readonly policies: readonly string[];
  readonly limits: Limits;
}

/** Minimum and maximum, in milliseconds; of `rc` in attempts (documentation). */
const RANGES = { rc: [0, 5], ct: [100, 10_000], rt: [100, 15_000], tt: [100, 15_000] } as const;

/**
 * The connection overrides of a URL: `rc` retries, `rp` the failures to retry after, and the time limits `ct` to connect,
 * `rt` to respond and `tt` in total (documentation). Without them, Conversations does not retry and waits `timeoutMs`
 * (documentation). A value outside its range becomes the nearest one inside (inferred).
 */
export function overridesOf(url: string, timeoutMs: number): Overrides {
  const given = new URLSearchParams(url.split('#')[1] ?? '');
  const read = (name: keyof typeof RANGES): number | undefined => {
    const text = given.get(name) ?? '';
    const [minimum, maximum] = RANGES[name];
    return /^\d{1,9}$/.test(text) ? Math.min(Math.max(Number(text), minimum), maximum) : undefined;
  };
  const [retries, connect, respond] = [read('rc'), read('ct'), read('rt')];
  const hasOverrides = retries !== undefined || connect !== undefined || respond !== undefined;
  const total = read('tt') ?? (hasOverrides ? RANGES.tt[1] : timeoutMs);
  return {
    retries: retries ?? 0,
    policies: (given.get('rp') ?? 'ct').split(','),
    limits: { connect: connect ?? timeoutMs, read: respond ?? timeoutMs, total },
  };
}

export function isWorthRetrying(outcome: WebhookResponse | NoResponse, policies: readonly string[]): boolean {
  const failure = typeof outcome === 'string' ? outcome : failureOf(outcome.status);
  return failure !== undefined && (policies.includes('all') || policies.includes(failure));
}

function failureOf(status: number): '4xx' | '5xx' | undefined {
  if (status >= 500) return '5xx';
  return status >= 400 ? '4xx' : undefined;
}

export function verdictOf({ status, body }: WebhookResponse): Verdict {
  if (status >= 400) return { kind: 'reject' };
  let fields: unknown;
  try {
    fields = JSON.parse(body === '' ? '{}' : body);
  } catch {
    return proceed;
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return proceed;
  return Object.keys(fields).length === 0 ? proceed : { kind: 'change', fields: fields as Record<string, unknown> };
}

/** The URL without its fragment, with a form as its query. */
export function withQuery(url: string, form: ReadonlyMap<string, string>): string {
  const [address = ''] = url.split('#');
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams([...form]).toString()}`;
}
