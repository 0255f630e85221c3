/** Plays one step: asks, keeps, masks, and holds the answer against what was promised. */
import { understudyErrors } from '../../core/errors.js';
import type { Input, Operation } from '../../core/operation.js';
import type { Json } from '../../core/body.js';
import type { Cleanup } from './cleanup.js';
import type { Compared } from '../compare/compare.js';
import type { Difference } from '../model/drift.js';
import { checkExpectation } from './expect.js';
import { deadline, lenient, reasonOf, RunEnds } from '../model/failure.js';
import type { Mask } from '../compare/mask.js';
import { isObject, textOf, valueAt } from '../model/paths.js';
import { ReferenceError } from '../model/reference.js';
import { publishedDifferences } from './published-differences.js';
import type { Step } from '../model/scenario.js';
import { inputOf } from '../model/step-input.js';
import type { Answer, Published, Target } from '../model/target.js';
import { walkPages, type Walked } from './paginate.js';

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
  /** No answer came, so that the scenario cannot go on. */
  readonly broken?: true;
}

/** Where a step is played. */
export interface Stage {
  readonly target: Target;
  readonly published: Published;
  readonly mask: Mask;
  readonly cleanup: Cleanup;
  /** Written by steps that keep their answer. */
  readonly kept: Map<string, Json>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
}

/** Headers that are watched: whether they come, not what they say. */
const WATCHED = ['content-type', 'twilio-request-id', 'twilio-request-duration', 'www-authenticate'];

const NO_PROMISES = { expected: 0, shapes: 0 } as const;

/** A step that is not played, for a reason. */
export function leftOut(step: Step, skipped: string): Played {
  return { step, skipped, differences: [], promises: NO_PROMISES };
}

/** @throws RunEnds when the target ends the whole run. */
export async function playStep(step: Step, operation: Operation, stage: Stage): Promise<Played> {
  let input: Input;
  try {
    input = inputOf(step, operation, stage.kept);
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { step, differences: [noAnswer(`it cannot be asked: ${error.message}`)], promises: NO_PROMISES };
  }
  const command = stage.target.curl?.(operation, input);
  const curl = command === undefined ? undefined : stage.mask.variables(command);
  try {
    const walked = await ask(step, operation, input, stage);
    return { ...judged(step, walked, stage), curl };
  } catch (error) {
    if (error instanceof RunEnds) throw error;
    const differences = [noAnswer('no answer came', reasonOf(error))];
    return { step, differences, promises: NO_PROMISES, curl, broken: true };
  }
}

async function ask(step: Step, operation: Operation, input: Input, stage: Stage): Promise<Walked> {
  const { target, cleanup, mask, signal, timeoutMs } = stage;
  const call = async (each: Input) => {
    const bounded = operation.method === 'GET' ? deadline(signal, timeoutMs) : lenient(signal, timeoutMs);
    const came = await target.call(operation, each, bounded);
    if (isOurs(came)) throw new Error(textOf(valueAt(came.body ?? undefined, ['message'])));
    cleanup.note(operation, each, came);
    if (came.status === 201 && isObject(came.body)) mask.made(textOf(came.body['sid']));
    return came;
  };
  if (step.walk) return walkPages(operation, input, call, { ours: step.only === 'ours' });
  const answer = await call(input);
  return { answer, pages: [answer], differences: [] };
}

function judged(step: Step, { answer, pages, differences }: Walked, { published, mask, kept }: Stage): Played {
  const { status, body } = answer;
  if (step.keep !== undefined && body !== null && status < 400) kept.set(step.keep, body);
  const checked = checkExpectation(step, answer, published.status(step.operation), kept);
  const shapes = pages.flatMap((page) => publishedDifferences(published, step.operation, page));
  return {
    step,
    answer: { status, body: mask.apply(step.keep ?? step.name, body, step), headers: watchedOf(answer) },
    differences: [...checked.broken, ...differences, ...shapes],
    promises: { expected: checked.promises, shapes: pages.length },
  };
}

const UNANSWERED = Object.values(understudyErrors)
  .map(({ code }) => code)
  .filter((code) => code > 990_200);

/** Our own word that nobody was there to answer: Twilio out of reach, a call that was never recorded. */
function isOurs({ status, body }: Answer): boolean {
  const code = status < 400 ? undefined : valueAt(body ?? undefined, ['code']);
  return (UNANSWERED as readonly unknown[]).includes(code);
}

function watchedOf({ headers }: Answer): string[] | undefined {
  return headers && WATCHED.filter((name) => headers[name] !== undefined);
}

function noAnswer(note: string, actual?: string): Difference {
  return { kind: 'no-answer', path: '', expected: undefined, actual, note };
}
