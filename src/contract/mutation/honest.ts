/** Targets that differ from another one only in what the suite must tolerate. Every drift is then a false alarm. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../core/body.js';
import { bindScenario, type BoundStep, findOperation } from '../model/bind-scenario.js';
import { isObject, textOf } from '../model/paths.js';
import type { Scenario } from '../model/scenario.js';
import { skipsOf } from '../model/skips.js';
import type { Prerequisites, Published, Side, Target } from '../model/target.js';
import { compareTranscripts } from '../run/compare-transcripts.js';
import { runScenario, type Transcript } from '../run/run-scenario.js';

/** Resolves after this time, in milliseconds. */
type Wait = (duration: number) => Promise<unknown>;

interface HonestContext {
  /** From 0 to 1. */
  readonly random: () => number;
  readonly wait: Wait;
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
  /** Most of a pass is waiting, so that many can run at the same time. */
  readonly isSlow?: true;
}

/** In milliseconds. */
const MAX_LATENCY = 500;
const MAX_PAGE_SIZE = 4;
/** How many scenarios run at the same time in one pass. */
const PARALLEL = 8;
/** Of one call, in milliseconds. Long, because many passes run at the same time. */
const TIMEOUT = 300_000;

const variations: readonly Variation[] = [
  {
    name: 'reorders JSON keys',
    wrap: (target, { random }) => changing(target, (body) => withReorderedKeys(body, random)),
  },
  {
    name: `takes 0 to ${MAX_LATENCY} ms for each response`,
    isSlow: true,
    wrap: (target, { random, wait }) => ({
      ...target,
      async call(operation, input, signal) {
        await wait(random() * MAX_LATENCY);
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
  readonly side: Side;
  readonly published: Published;
  readonly random: () => number;
  /** Default: the time really passes. */
  readonly wait?: Wait;
}

/** Runs all scenarios against targets of one kind. Returns what the suite reports. */
export type RunHonestPass = (kind: (typeof honestKinds)[number]) => Promise<string[]>;

/** @param side the correct side. It is also what the targets are compared with, in a run of its own. */
export function createHonestPasses({ scenarios, side, published, random, wait = sleep }: HonestOptions): RunHonestPass {
  /** The transcripts of the correct side, with and without prerequisites. */
  const expected = new Map<Prerequisites, Promise<readonly Transcript[]>>();
  const none: Prerequisites = {};

  return async (kind) => {
    const isShared = kind.variations.some((each) => each.isShared);
    // The account's settings, its phone numbers and devices belong to one run at a time.
    const prerequisites = isShared ? none : side.prerequisites;
    const shared = isShared ? await side.open('shared') : undefined;
    if (shared !== undefined) await populate(kind, shared, published);
    const left = await (expected.get(prerequisites) ?? remember(prerequisites));

    const run = (): Promise<string[][]> =>
      mapInParallel(scenarios, async (scenario, i) => {
        let current: BoundStep | undefined;
        const target = shared ?? (await side.open(scenario.name));
        if (target === undefined) return [];
        if (shared === undefined) await populate(kind, target, published);
        const context: HonestContext = { random, wait, published, currentStep: () => current };
        const wrapped = kind.variations.reduce((inner, { wrap }) => wrap?.(inner, context) ?? inner, target);
        const right = await play(scenario, wrapped, prerequisites, (step) => void (current = step));
        return alarmsOf(scenario, left[i], right);
      });
    return (await Promise.all(isShared ? [run(), run()] : [run()])).flat(2);
  };

  function remember(prerequisites: Prerequisites): Promise<readonly Transcript[]> {
    const transcripts = mapInParallel(scenarios, async (scenario) => {
      const target = await side.open(scenario.name);
      if (target === undefined) throw new Error(`${side.name} cannot play ${scenario.name}`);
      return play(scenario, target, prerequisites);
    });
    expected.set(prerequisites, transcripts);
    return transcripts;
  }

  function play(
    scenario: Scenario,
    target: Target,
    prerequisites: Prerequisites,
    onStep?: (step: BoundStep) => void,
  ): Promise<Transcript> {
    const skip = skipsOf(bindScenario(scenario, published.operations), [prerequisites]);
    const options = { published, prerequisites, skip, timeoutMs: TIMEOUT };
    return runScenario(scenario, target, { ...options, ...(onStep && { onStep }) });
  }
}

/** Like a run of the suite: some at a time. More would delay the calls of each other. */
async function mapInParallel<T, U>(items: readonly T[], map: (item: T, index: number) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  const queue = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next;
      results[index] = await map(item, index);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return results;
}

async function populate(kind: (typeof honestKinds)[number], target: Target, published: Published): Promise<void> {
  for (const each of kind.variations) await each.populate?.(target, published);
}

function alarmsOf(scenario: Scenario, left: Transcript | undefined, right: Transcript): string[] {
  const sides = { left: { name: 'correct' }, right: { name: 'honest', kind: 'simulate' as const } };
  const drifts = left === undefined ? [] : compareTranscripts(scenario, left, right, sides);
  const problems = [...(right.interrupted === undefined ? [] : [right.interrupted]), ...right.leftovers];
  return [
    ...drifts.map(({ step, path, kind }) => `${scenario.name} · ${step} · ${path}: ${kind}`),
    ...problems.map((problem) => `${scenario.name}: ${problem}`),
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
