import { errorBody, UnderstudyError } from '../core/errors.js';
import { mapMaybe, type MaybePromise } from '../core/maybe-promise.js';
import type { SharedRules } from '../core/shared-worlds.js';
import type { AppliedFault, Backend, Call, Operation, Result, SurfaceName } from '../core/operation.js';
import { bodylessStatuses, bodyOf, type JsonObject } from '../core/body.js';
import { matchesGlob } from '../util/glob.js';
import { drawLatency, type Latency, seededRandom } from '../util/random.js';

/** Which calls or webhooks fail, and how. A rule with an `event` applies to webhooks, any other to calls. */
export interface FaultRule {
  /** The name or id of an operation; `*` matches any characters. Default: every operation. */
  readonly operation?: string | undefined;
  /** The name of a webhook event; `*` matches any characters. */
  readonly event?: string | undefined;
  /** Applies only in the world of this account SID. */
  readonly account?: string | undefined;
  /** From 0 to 1. Default: 1. */
  readonly probability?: number | undefined;
  /** How often the rule applies before it expires. Default: without limit. */
  readonly times?: number | undefined;
  /** Seeds the random decisions: the same seed gives the same sequence. */
  readonly seed?: string | undefined;

  /** The status, code, message and headers of a response that replaces the backend's. */
  readonly status?: number | undefined;
  readonly code?: number | undefined;
  readonly message?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Delays the call, in milliseconds. */
  readonly latency?: Latency | undefined;
  /** Breaks the connection. The backend still executes the call, unless the rule has a `status` too. */
  readonly cut?: Result['connectionFault'];

  readonly webhook?: 'lose' | 'double' | 'late' | undefined;
  /** Of a late webhook, in milliseconds. Default: 1000. */
  readonly delay?: number | undefined;
}

export interface ActiveFault {
  readonly id: number;
  readonly rule: FaultRule;
  /** How often the rule has applied. */
  readonly happened: number;
}

/** What a rule does to one webhook delivery. */
interface WebhookFault extends AppliedFault {
  /** Drop it. */
  readonly lose?: boolean;
  /** How often to send it. */
  readonly times?: number;
  /** In milliseconds. */
  readonly delay?: number;
}

export interface Faults {
  add(rule: FaultRule): ActiveFault;
  list(): ActiveFault[];
  /** @returns false when no rule has the id */
  remove(id: number): boolean;
  clear(): void;
  /** Follows the rules that several servers share. */
  follow(shared: SharedRules): void;
  /** @throws UnderstudyError if there is no room for another rule */
  checkRoom(): void;
  /** Wraps a backend to apply the rules to its calls. */
  wrap(backend: Backend): Backend;
  /** The fault for one notification to a client SDK, if a rule names the operation. */
  notificationFault(
    operation: Operation,
    account: string,
  ): { readonly latency: number; readonly connection: Result['connectionFault'] } | undefined;
  /** The fault for one webhook delivery, if a rule matches. */
  webhookFault(event: string, account: string): WebhookFault | undefined;
}

const MAX_RULES = 1000;
/** Milliseconds. */
const DEFAULT_DELAY = 1000;
/** Milliseconds. */
export const MAX_LATENCY = 120_000;
/** Twilio's usual code and message for each status. */
const messages: Readonly<Record<number, readonly [code: number, message: string]>> = {
  401: [20003, 'Authenticate'],
  403: [20403, '403 Forbidden'],
  404: [20404, 'The requested resource was not found'],
  409: [20409, 'Conflict'],
  429: [20429, 'Too Many Requests'],
  500: [20500, 'Internal Server Error'],
  503: [20503, 'Service unavailable'],
};

/** Keeps the fault rules. They are tried in the order in which they were added; the first match applies. */
export function createFaults(defaultAccount: string): Faults {
  const rules = new Map<number, { rule: FaultRule; happened: number; draws: number }>();
  let lastId = 0;
  let shared: SharedRules | undefined;

  /** The first rule that matches and is drawn. Leaves the rules after it in the iterator `candidates`. */
  function drawRule(isMatch: (rule: FaultRule) => boolean, candidates = rules.entries()): Drawn | undefined {
    for (let next = candidates.next(); next.done !== true; next = candidates.next()) {
      const [id, active] = next.value;
      const { rule } = active;
      if (!isMatch(rule) || active.happened >= (rule.times ?? Infinity)) continue;
      active.draws += 1;
      if (seededRandom(`${rule.seed ?? ''} ${active.draws}`) >= (rule.probability ?? 1)) continue;
      return { id, active, match: { id, rule, draws: active.draws } };
    }
    return undefined;
  }

  /** The rule that applies. If servers share the rules, its count may be a little late, so that it may apply too often. */
  function matchRule(isMatch: (rule: FaultRule) => boolean): Match | undefined {
    const drawn = drawRule(isMatch);
    if (drawn === undefined) return undefined;
    drawn.active.happened += 1;
    shared?.count(drawn.id);
    return drawn.match;
  }

  /** The rule that applies. It never applies more often than it may, even if servers share it. */
  function claimRule(
    isMatch: (rule: FaultRule) => boolean,
    candidates = rules.entries(),
  ): MaybePromise<Match | undefined> {
    const drawn = drawRule(isMatch, candidates);
    if (drawn === undefined) return undefined;
    const { id, active, match } = drawn;
    const { times } = match.rule;
    active.happened += 1;
    if (shared === undefined) return match;
    if (times === undefined) {
      shared.count(id);
      return match;
    }
    return shared.claim(id, times).then((isClaimed) => {
      if (isClaimed) return match;
      active.happened = times;
      return claimRule(isMatch, candidates);
    });
  }

  function checkRoom(): void {
    if (rules.size < MAX_RULES) return;
    throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', `${MAX_RULES} fault rules are active. Remove some first.`);
  }

  return {
    checkRoom,
    follow(those) {
      shared = those;
      those.subscribe((all) => {
        const before = new Map(rules);
        rules.clear();
        for (const { id, rule, happened } of all) rules.set(id, { rule, happened, draws: before.get(id)?.draws ?? 0 });
      });
    },
    add(rule) {
      checkRoom();
      lastId += 1;
      rules.set(lastId, { rule, happened: 0, draws: 0 });
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
        const match =
          fault === undefined
            ? claimRule(
                (each) =>
                  each.event === undefined &&
                  matchesOperation(each, call.operation) &&
                  (each.account ?? account) === account,
              )
            : { id: null, rule: parseFaultHeader(fault), draws: 1 };
        return mapMaybe(match, (applied) => {
          if (applied === undefined) return backend.answer(call);
          call.notes.fault = appliedFault(applied);
          return applyFault(applied, backend, call);
        });
      },
    }),

    notificationFault(operation, account) {
      if (rules.size === 0) return undefined;
      // Only a rule that names it: one for all operations is about calls.
      const match = matchRule(
        (each) =>
          each.operation !== undefined &&
          each.operation !== '*' &&
          matchesOperation(each, operation) &&
          (each.account ?? account) === account,
      );
      if (match === undefined) return undefined;
      const { cut, latency, seed = '' } = match.rule;
      const drawn = latency === undefined ? 0 : drawLatency(latency, `${seed} latency ${match.draws}`);
      return { latency: Math.min(drawn, MAX_LATENCY), connection: cut };
    },

    webhookFault(event, account) {
      if (rules.size === 0) return undefined;
      const match = matchRule(
        (each) => each.event !== undefined && matchesGlob(each.event, event) && (each.account ?? account) === account,
      );
      if (match === undefined) return undefined;
      const { webhook, delay = DEFAULT_DELAY } = match.rule;
      const applied = appliedFault(match);
      if (webhook === 'lose') return { ...applied, lose: true };
      return webhook === 'double' ? { ...applied, times: 2 } : { ...applied, delay };
    },
  };
}

function matchesOperation({ operation = '*' }: FaultRule, { name, id }: Operation): boolean {
  return matchesGlob(operation, name) || matchesGlob(operation, id);
}

/** A rule that applies, and how often it has matched. `id` is `null` for the header's. */
interface Match {
  readonly id: number | null;
  readonly rule: FaultRule;
  readonly draws: number;
}

interface Drawn {
  readonly id: number;
  readonly active: { happened: number };
  readonly match: Match;
}

const appliedFault = ({ id, rule }: Match): AppliedFault => ({ rule: id, effects: rule as JsonObject });

async function applyFault({ rule, draws }: Match, backend: Backend, call: Call): Promise<Result> {
  const { latency, cut, status } = rule;
  if (latency !== undefined) {
    const wait = Math.min(drawLatency(latency, `${rule.seed ?? ''} latency ${draws}`), MAX_LATENCY);
    // `unref`: a delayed call must not keep the process alive.
    await new Promise((resolve) => setTimeout(resolve, wait).unref());
  }
  const result = status === undefined ? await backend.answer(call) : refusal(rule, status);
  if (cut === undefined) return result;
  if (hasConnection.has(call.caller.surface)) return { ...result, connectionFault: cut };
  throw new UnderstudyError(
    'UNDERSTUDY_CUT_OFF',
    `A fault rule broke the connection of \`${call.operation.name}\` (${cut}).`,
  );
}

/** Surfaces with one HTTP connection per caller, which they can break. Callers of other surfaces get an error. */
const hasConnection: ReadonlySet<SurfaceName> = new Set(['rest', 'twilio', 'client']);

function refusal({ code, message, headers = {} }: FaultRule, status: number): Result {
  const [defaultCode, defaultMessage] = messages[status] ?? [status, 'An error occurred'];
  const shown = code ?? defaultCode;
  const body = errorBody(shown, message ?? defaultMessage, `https://www.twilio.com/docs/errors/${shown}`, status);
  return { status, headers, body: bodylessStatuses.has(status) ? null : bodyOf(body) };
}

/** Parses the header `Understudy-Fault`, e.g. `status=429; code=20429; latency=200; cut=reset`. */
function parseFaultHeader(text: string): FaultRule {
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
    Number(parts.get('latency') ?? 0) > MAX_LATENCY ||
    (cut !== undefined && cut !== 'reset' && cut !== 'truncate' && cut !== 'hang')
  ) {
    throw new UnderstudyError(
      'UNDERSTUDY_BAD_REQUEST',
      'The header Understudy-Fault must look like `status=429; code=20429; latency=200`, or `cut=reset`, `cut=truncate` ' +
        'or `cut=hang`.',
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
