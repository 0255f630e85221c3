import { errorBody, UnderstudyError } from '../core/errors.js';
import type { Backend, Call, Result, SurfaceName } from '../core/operation.js';
import { bodyOf } from '../core/body.js';
import { matchesGlob } from '../util/glob.js';
import { chance, drawLatency, type Latency } from '../util/random.js';

/** What goes wrong on demand. A rule with an `event` is for webhooks, any other for calls. */
export interface FaultRule {
  /** An operation's name, `*` for any characters; absent: every operation. */
  readonly operation?: string | undefined;
  /** A webhook event's name, `*` for any characters. */
  readonly event?: string | undefined;
  /** Only in the world of this account SID. */
  readonly account?: string | undefined;
  /** How likely it is, 0 to 1; always if absent. */
  readonly probability?: number | undefined;
  /** How often it happens before it is used up; without end if absent. */
  readonly times?: number | undefined;
  /** What chance grows from: the same seed, the same sequence. */
  readonly seed?: string | undefined;

  /** The answer in place of the true one. */
  readonly status?: number | undefined;
  readonly code?: number | undefined;
  readonly message?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds before anything else happens. */
  readonly latency?: Latency | undefined;
  /** What becomes of the connection. The call itself is made, unless there is a status as well. */
  readonly cut?: Result['connectionFault'];

  readonly webhook?: 'lose' | 'double' | 'late' | undefined;
  /** By how much a late webhook is late, in milliseconds. */
  readonly delay?: number | undefined;
}

export interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  /** How often it has happened. */
  readonly happened: number;
}

/** What a rule does to a webhook. */
export interface Disturbance {
  readonly lose?: boolean;
  readonly times?: number;
  readonly delay?: number;
}

export interface Faults {
  add(rule: FaultRule): ActiveFault;
  list(): ActiveFault[];
  /** False when there is no such rule. */
  remove(id: number): boolean;
  clear(): void;
  /** A backend whose calls meet the rules. Without a rule it costs nothing. */
  wrap(backend: Backend): Backend;
  webhookFault(event: string, account: string): Disturbance | undefined;
}

const MOST_RULES = 1000;
const USUAL_DELAY = 1000;
/** Milliseconds, however a rule draws them. */
export const LONGEST_LATENCY = 120_000;
const messages: Readonly<Record<number, readonly [code: number, message: string]>> = {
  401: [20003, 'Authenticate'],
  403: [20403, '403 Forbidden'],
  404: [20404, 'The requested resource was not found'],
  409: [20409, 'Conflict'],
  429: [20429, 'Too Many Requests'],
  500: [20500, 'Internal Server Error'],
  503: [20503, 'Service unavailable'],
};

/** The rules of faults. They count in the order in which they were added; the first that strikes is the only one. */
export function createFaults(defaultAccount: string): Faults {
  const rules = new Map<number, { rule: FaultRule; happened: number; drawn: number }>();
  let lastId = 0;

  function strike(fits: (rule: FaultRule) => boolean): { rule: FaultRule; drawn: number } | undefined {
    for (const kept of rules.values()) {
      const { rule } = kept;
      if (!fits(rule) || kept.happened >= (rule.times ?? Infinity)) continue;
      kept.drawn += 1;
      if (chance(`${rule.seed ?? ''} ${kept.drawn}`) >= (rule.probability ?? 1)) continue;
      kept.happened += 1;
      return { rule, drawn: kept.drawn };
    }
    return undefined;
  }

  return {
    add(rule) {
      if (rules.size >= MOST_RULES) {
        throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `${MOST_RULES} fault rules are active: remove some first.`);
      }
      lastId += 1;
      rules.set(lastId, { rule, happened: 0, drawn: 0 });
      return { id: lastId, rule, happened: 0 };
    },
    list: () => [...rules].map(([id, { rule, happened }]) => ({ id, rule, happened })),
    remove: (id) => rules.delete(id),
    clear: () => rules.clear(),

    wrap: (backend) => ({
      answer(call) {
        const { fault } = call.caller;
        if (rules.size === 0 && fault === undefined) return backend.answer(call);
        const account = call.caller.account ?? defaultAccount;
        const struck =
          fault === undefined
            ? strike(
                (each) =>
                  each.event === undefined &&
                  matchesGlob(each.operation ?? '*', call.operation.name) &&
                  (each.account ?? account) === account,
              )
            : { rule: readFault(fault), drawn: 1 };
        return struck === undefined ? backend.answer(call) : suffer(struck.rule, backend, call, struck.drawn);
      },
    }),

    webhookFault(event, account) {
      if (rules.size === 0) return undefined;
      const struck = strike(
        (each) => each.event !== undefined && matchesGlob(each.event, event) && (each.account ?? account) === account,
      );
      if (struck === undefined) return undefined;
      const { rule } = struck;
      if (rule.webhook === 'lose') return { lose: true };
      if (rule.webhook === 'double') return { times: 2 };
      return { delay: rule.delay ?? USUAL_DELAY };
    },
  };
}

async function suffer(rule: FaultRule, backend: Backend, call: Call, drawn: number): Promise<Result> {
  const { latency, cut, status } = rule;
  if (latency !== undefined) {
    const wait = Math.min(drawLatency(latency, `${rule.seed ?? ''} latency ${drawn}`), LONGEST_LATENCY);
    // A server that was stopped meanwhile need not wait for it.
    await new Promise((resolve) => setTimeout(resolve, wait).unref());
  }
  const result = status === undefined ? await backend.answer(call) : refusal(rule, status);
  if (cut === undefined) return result;
  if (hasConnection.has(call.caller.surface)) return { ...result, connectionFault: cut };
  throw new UnderstudyError(
    'UNDERSTUDY_CUT_OFF',
    `A fault rule cuts off the answer of \`${call.operation.name}\` (${cut}).`,
  );
}

/** Surfaces with a connection of the caller's own, which they cut; any other caller gets an error. */
const hasConnection: ReadonlySet<SurfaceName> = new Set(['rest', 'twilio']);

function refusal({ code, message, headers = {} }: FaultRule, status: number): Result {
  const [usualCode, usualMessage] = messages[status] ?? [status, 'An error occurred'];
  const shown = code ?? usualCode;
  const body = errorBody(shown, message ?? usualMessage, `https://www.twilio.com/docs/errors/${shown}`, status);
  return { status, headers, body: bodyOf(body) };
}

/** The header `Understudy-Fault`, for one request only: `status=429; code=20429; latency=200; cut=reset`. */
export function readFault(text: string): FaultRule {
  const parts = new Map(
    text.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=', 2).map((each) => each.trim());
      return [name, value];
    }),
  );
  const cut = parts.get('cut');
  const known = ['status', 'code', 'message', 'latency', 'cut'];
  const numbers = ['status', 'code', 'latency'].map((name) => parts.get(name) ?? '1');
  const status = Number(parts.get('status') ?? 200);
  if (
    ![...parts.keys()].every((name) => known.includes(name)) ||
    !numbers.every((number) => /^\d{1,6}$/.test(number)) ||
    status < 200 ||
    status > 599 ||
    Number(parts.get('latency') ?? 0) > LONGEST_LATENCY ||
    (cut !== undefined && cut !== 'reset' && cut !== 'truncate' && cut !== 'hang')
  ) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_REQUEST',
      'Understudy-Fault must be like `status=429; code=20429; latency=200`, or `cut=reset`, `cut=truncate`, `cut=hang`.',
    );
  }
  const latency = Number(parts.get('latency') ?? 0);
  return {
    ...(parts.has('status') ? { status } : {}),
    ...(parts.has('code') ? { code: Number(parts.get('code')) } : {}),
    ...(parts.has('message') ? { message: parts.get('message') } : {}),
    ...(latency > 0 ? { latency: { min: latency, max: latency } } : {}),
    cut,
  };
}
