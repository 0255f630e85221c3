/** What webhooks want, say and decide: pure rules, apart from the sending. */
import type { EventParameters, WorldEvent } from './event.js';
import type { ScopedWebhookRecord } from './records.js';
import type { WebhookAnswer } from './webhook-sender.js';

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

/** Connection overrides behind the `#` of a webhook's URL: `rc` retries, `rp` on what (documentation). Default: none. */
export function overridesOf(url: string): { retries: number; policies: readonly string[] } {
  const overrides = new URLSearchParams(url.split('#')[1] ?? '');
  const retries = Number(overrides.get('rc') ?? 0);
  return {
    retries: Number.isInteger(retries) && retries >= 0 ? Math.min(retries, 5) : 0,
    policies: (overrides.get('rp') ?? 'ct').split(','),
  };
}

export function isWorthRetrying(answer: WebhookAnswer | undefined, policies: readonly string[]): boolean {
  if (answer === undefined) return policies.some((policy) => ['all', 'ct', 'rt'].includes(policy));
  const kind = answer.status >= 500 ? '5xx' : answer.status >= 400 ? '4xx' : undefined;
  return kind !== undefined && (policies.includes('all') || policies.includes(kind));
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
