/** Targets that differ from another one only in what the suite must tolerate. Every drift is then a false alarm. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../core/body.js';
import { type BoundStep, findOperation } from '../model/bind-scenario.js';
import { isObject, textOf } from '../model/paths.js';
import type { Scenario } from '../model/scenario.js';
import type { Published, Side, Target } from '../model/target.js';
import { runSuite, type SuiteReport } from '../run/run-suite.js';

interface HonestContext {
  /** From 0 to 1. */
  readonly random: () => number;
  readonly published: Published;
  readonly currentStep: () => BoundStep | undefined;
}

interface Variation {
  /** What the target does, e.g. `reorders keys`. */
  readonly name: string;
  readonly wrap?: (target: Target, context: HonestContext) => Target;
  /** Creates records of others. */
  readonly populate?: (target: Target, published: Published) => Promise<void>;
  /** All scenarios, and a second run, use one account at the same time. */
  readonly isShared?: true;
}

/** In milliseconds. */
const MAX_LATENCY = 500;
const MAX_PAGE_SIZE = 4;

const variations: readonly Variation[] = [
  {
    name: 'reorders JSON keys',
    wrap: (target, { random }) => changing(target, (body) => withReorderedKeys(body, random)),
  },
  {
    name: `takes 0 to ${MAX_LATENCY} ms for each response`,
    wrap: (target, { random }) => ({
      ...target,
      async call(operation, input, signal) {
        await sleep(random() * MAX_LATENCY);
        return target.call(operation, input, signal);
      },
    }),
  },
  { name: 'has other records in the account', populate: createOthers },
  { name: 'is used by a second contract run at the same time', isShared: true },
  {
    name: 'has pages of other sizes',
    wrap: (target, { random, currentStep }) => ({
      ...target,
      call(operation, input, signal) {
        // Only where the suite reads a whole list. A step that asks for one page states its size.
        const isFirstPage = currentStep()?.paginate === true && input['Page'] === undefined;
        const PageSize = 1 + Math.floor(random() * MAX_PAGE_SIZE);
        return target.call(operation, isFirstPage ? { ...input, PageSize } : input, signal);
      },
    }),
  },
];

/** The kinds of honest passes: each variation alone, and all of them together. */
export const honestKinds: readonly { readonly name: string; readonly variations: readonly Variation[] }[] = [
  ...variations.map((each) => ({ name: each.name, variations: [each] })),
  { name: 'does all of this', variations },
];

export interface HonestOptions {
  readonly scenarios: readonly Scenario[];
  readonly left: Side;
  readonly right: Side;
  readonly published: Published;
  readonly random: () => number;
}

/** Runs all scenarios against a target of one kind. Returns what the suite reported. */
export async function runHonestPass(
  kind: (typeof honestKinds)[number],
  { scenarios, left, right, published, random }: HonestOptions,
): Promise<string[]> {
  const isShared = kind.variations.some((each) => each.isShared);
  const shared = isShared ? await right.open('shared') : undefined;
  if (shared !== undefined) for (const { populate } of kind.variations) await populate?.(shared, published);

  const run = async (name: string): Promise<SuiteReport> => {
    const steps = new Map<string, BoundStep>();
    const side: Side = {
      ...right,
      name,
      // The account's settings, its phone numbers and devices belong to one run at a time.
      prerequisites: isShared ? {} : right.prerequisites,
      async open(scenario) {
        const target = shared ?? (await right.open(scenario));
        if (target === undefined) return undefined;
        if (shared === undefined) for (const { populate } of kind.variations) await populate?.(target, published);
        const context = { random, published, currentStep: () => steps.get(scenario) };
        return kind.variations.reduce((wrapped, { wrap }) => wrap?.(wrapped, context) ?? wrapped, target);
      },
    };
    return runSuite({
      scenarios,
      left,
      right: side,
      published,
      parallel: 8,
      onStep: (each, scenario, step) => void (each === side && steps.set(scenario.name, step)),
    });
  };
  const reports = await Promise.all(isShared ? [run('first'), run('second')] : [run('honest')]);
  return reports.flatMap(alarmsOf);
}

function alarmsOf({ drifts, scenarios }: SuiteReport): string[] {
  return [
    ...drifts.map(({ scenario, step, path, kind }) => `${scenario} · ${step} · ${path}: ${kind}`),
    ...scenarios.flatMap(({ name, interrupted, leftovers }) =>
      [...(interrupted === undefined ? [] : [interrupted]), ...leftovers].map((problem) => `${name}: ${problem}`),
    ),
  ];
}

function changing(target: Target, change: (body: Json) => Json): Target {
  return {
    ...target,
    async call(operation, input, signal) {
      const answer = await target.call(operation, input, signal);
      return answer.body === null ? answer : { ...answer, body: change(answer.body) };
    },
  };
}

function withReorderedKeys(value: Json, random: () => number): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => withReorderedKeys(item, random));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [random(), key, withReorderedKeys(item, random)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => a - b).map(([, key, item]) => [key, item]));
}

/** Some records of each kind that an account can have, in its default service and in others. */
async function createOthers(target: Target, { operations }: Published): Promise<void> {
  const call = async (reference: string, input: Readonly<Record<string, unknown>>): Promise<JsonObject> => {
    const operation = findOperation(reference, operations, 'account');
    if (operation === undefined) throw new Error(`there is no operation to ${reference}`);
    const { status, body } = await target.call(operation, input, AbortSignal.timeout(10_000));
    if (status >= 300) throw new Error(`${reference}: HTTP ${status} ${JSON.stringify(body)}`);
    return isObject(body) ? body : {};
  };
  for (const name of ['one', 'two', 'three']) {
    await call('create Services', { body: { FriendlyName: `other ${name}` } });
    const { sid } = await call('create Conversations', { body: { UniqueName: `other ${name}` } });
    const inside = { ConversationSid: textOf(sid) };
    await call('create Conversations/Participants', { ...inside, body: { Identity: `other ${name}` } });
    await call('create Conversations/Messages', { ...inside, body: { Body: name } });
    await call('create Roles', { body: { FriendlyName: name, Type: 'service', Permission: ['joinConversation'] } });
    await call('create Credentials', { body: { Type: 'fcm', FriendlyName: name, Secret: 'x' } });
    await call('create Configuration/Addresses', { body: { Type: 'chat', Address: `other-${name}` } });
  }
  for (const State of ['inactive', 'closed']) {
    const { sid } = await call('create Conversations', { body: { DateCreated: '2020-03-01T10:00:00Z' } });
    await call('update Conversations', { Sid: textOf(sid), body: { State } });
  }
}
