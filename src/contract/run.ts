/** Plays one scenario against one target, inside a service of its own, and removes what it made. */
import type { Input, Json, Operation } from '../operation.js';
import { createCleanup } from './cleanup.js';
import type { Compared } from './compare.js';
import type { Difference } from './drift.js';
import { checkExpectation } from './expect.js';
import { createMask } from './mask.js';
import { type Kept, ReferenceError, referencesIn, resolve } from './reference.js';
import { publishedDifferences } from './rules.js';
import type { Scenario, Step } from './scenario.js';
import type { Answer, Provisions, Published, Target } from './target.js';
import { queryOf, walkPages } from './walk.js';

/** What became of one step on one side. */
export interface Played {
  readonly step: Step;
  /** Masked; undefined when no answer came or the step was left out. */
  readonly answer?: Compared;
  /** Why it was left out. */
  readonly skipped?: string;
  /** Broken promises and shapes, and a call that got no answer. */
  readonly differences: readonly Difference[];
  /** How many promises of the scenario, and how many shapes, were checked. */
  readonly promises: { readonly expected: number; readonly shapes: number };
  readonly curl?: string | undefined;
}

/** The exchanges of one run. */
export interface Transcript {
  readonly scenario: string;
  readonly steps: readonly Played[];
  /** Why it did not come to its end. */
  readonly interrupted?: string;
  /** What could not be removed. */
  readonly leftovers: readonly string[];
}

export interface RunOptions {
  readonly published: Published;
  readonly provisions?: Provisions;
  /** Steps to leave out, with the reason. */
  readonly skip?: ReadonlyMap<string, string>;
  /** Ends the run; what was made is still removed. */
  readonly signal?: AbortSignal;
  /** How long one call may take, in milliseconds. */
  readonly patience?: number;
}

/** Headers that are watched: whether they come, not what they say. */
const WATCHED = ['content-type', 'twilio-request-id', 'twilio-request-duration', 'www-authenticate'];

/** The step that begins every scenario. */
export function openingOf(scenario: Scenario): Step {
  const FriendlyName = `understudy contract: ${scenario.name}`;
  return {
    name: 'make the service',
    operation: 'createservice',
    input: { body: { FriendlyName } },
    keep: 'service',
    expect: { body: { friendly_name: FriendlyName } },
    source: 'published',
  };
}

/** Plays the scenario to its end, or to the first call that gets no answer. */
export async function runScenario(scenario: Scenario, target: Target, options: RunOptions): Promise<Transcript> {
  const { published, provisions = {}, skip = new Map<string, string>(), signal, patience = 30_000 } = options;
  const operations = new Map(published.operations.map((operation) => [operation.name, operation]));
  const cleanup = createCleanup(published.operations, target);
  const steps = [openingOf(scenario), ...scenario.steps];
  const mask = createMask({ written: steps });
  const kept = new Map<string, Json>(Object.entries(provisions));
  for (const [name, values] of Object.entries(provisions)) {
    for (const [key, value] of Object.entries(values as Record<string, string>)) mask.name(value, `${name}.${key}`);
  }
  const played: Played[] = [];
  const failed = new Map<string, string>();
  let interrupted: string | undefined;

  for (const step of steps) {
    if (signal?.aborted) {
      interrupted = `stopped before \`${step.name}\`: ${reasonOf(signal.reason)}`;
      break;
    }
    const why = skip.get(step.name) ?? consequence(step, operations.get(step.operation), failed);
    const result: Played = why === undefined ? await play(step) : { step, skipped: why, ...nothing };
    played.push(result);
    const name = step.keep ?? step.name;
    if (result.answer === undefined || result.answer.status >= 400) failed.set(name, step.name);
    if (result.differences.some(({ note }) => note === NO_ANSWER)) {
      interrupted = `no answer to \`${step.name}\``;
      break;
    }
  }
  const leftovers = await cleanup.run();
  return { scenario: scenario.name, steps: played, leftovers, ...(interrupted === undefined ? {} : { interrupted }) };

  async function play(step: Step): Promise<Played> {
    const operation = operations.get(step.operation);
    if (operation === undefined)
      throw new Error(`scenario ${scenario.name} calls an unknown operation ${step.operation}`);
    let input: Input;
    try {
      input = inputOf(step, operation, kept);
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      return {
        step,
        ...nothing,
        differences: [
          {
            kind: 'no-answer',
            path: '',
            expected: undefined,
            actual: undefined,
            note: `it cannot be asked: ${error.message}`,
          },
        ],
      };
    }
    const curl = target.curl?.(operation, input);
    let walked: Awaited<ReturnType<typeof walkPages>> | undefined;
    let answer: Answer;
    const call = async (each: Input) => {
      const came = await target.call(operation, each, deadline(signal, patience));
      cleanup.note(operation, each, came);
      return came;
    };
    try {
      walked = step.walk && (await walkPages(operation, input, call, { ours: step.only === 'ours' }));
      answer = walked?.answer ?? (await call(input));
    } catch (error) {
      const difference: Difference = {
        kind: 'no-answer',
        path: '',
        expected: undefined,
        actual: reasonOf(error),
        note: NO_ANSWER,
      };
      return { step, ...nothing, differences: [difference], curl };
    }
    const name = step.keep ?? step.name;
    if (step.keep !== undefined && answer.body !== null && answer.status < 400) kept.set(step.keep, answer.body);
    const checked = checkExpectation(step, answer, published.status(step.operation), kept);
    const pages = walked?.pages ?? [answer];
    const shapes = pages.flatMap((page) => publishedDifferences(published, step.operation, page));
    const headers = answer.headers && WATCHED.filter((header) => answer.headers?.[header] !== undefined);
    return {
      step,
      answer: { status: answer.status, body: mask.apply(name, answer.body, step), headers },
      differences: [...checked.broken, ...(walked?.differences ?? []), ...shapes],
      promises: { expected: checked.promises, shapes: pages.length },
      curl,
    };
  }
}

const NO_ANSWER = 'no answer came';
const nothing = { differences: [], promises: { expected: 0, shapes: 0 } } as const;

/** A step that stands on one that has failed is left out: its failure would only repeat the other's. */
function consequence(
  step: Step,
  operation: Operation | undefined,
  failed: ReadonlyMap<string, string>,
): string | undefined {
  const cause = rootsOf(step, operation)
    .map((root) => failed.get(root))
    .find((name) => name !== undefined);
  return cause === undefined ? undefined : `it stands on \`${cause}\``;
}

/** Names that a step's input refers to, said or implied. */
export function rootsOf({ input = {}, page }: Step, operation: Operation | undefined): string[] {
  const said = referencesIn([input, page]).map((reference) => reference.split(/[.[]/)[0] ?? '');
  const implied = impliedBy(input, operation).map(([, noun]) => noun);
  return [...said, ...implied];
}

/** Path parameters that the input leaves out, with the noun under which their value was kept. */
function impliedBy(input: Input, operation: Operation | undefined): (readonly [name: string, noun: string])[] {
  return (operation?.parameters ?? []).flatMap(({ name, in: place }) => {
    const noun = nounOf(name);
    return place === 'path' && noun !== undefined && input[name] === undefined ? [[name, noun] as const] : [];
  });
}

/** The step's input with its references filled in, and path parameters taken from what was kept under their noun. */
function inputOf(step: Step, operation: Operation, kept: Kept): Input {
  const input = resolve(step.input ?? {}, kept) as Record<string, unknown>;
  for (const [name, noun] of impliedBy(input, operation)) input[name] = resolve(`{{${noun}.sid}}`, kept);
  if (step.page === undefined) return input;
  return { ...input, ...queryOf(operation, String(resolve(step.page, kept))) };
}

/** `ConversationSid` → `conversation`; `ChatServiceSid` is the service. `Sid` alone has no noun. */
export function nounOf(parameter: string): string | undefined {
  const noun = /^(?:Chat)?([A-Z][a-z]+)Sid$/.exec(parameter)?.[1];
  return noun?.toLowerCase();
}

export function deadline(signal: AbortSignal | undefined, patience: number): AbortSignal {
  const timeout = AbortSignal.timeout(patience);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** A reason in one line, with what lies beneath: `fetch failed` alone helps nobody. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer within the time allowed';
  const { cause } = error;
  const code = cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : undefined;
  return code === undefined || code === '' ? error.message : `${error.message} (${code})`;
}
