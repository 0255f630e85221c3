/** Runs one step: calls the operation, saves and masks the response, and checks it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../../core/body.js';
import { understudyErrors } from '../../core/errors.js';
import type { Input } from '../../core/operation.js';
import type { ComparableAnswer } from '../compare/compare.js';
import type { Mask } from '../compare/mask.js';
import type { BoundStep } from '../model/bind-scenario.js';
import type { Difference } from '../model/drift.js';
import { describeError, RunAborted } from '../model/failure.js';
import { isObject, textOf, valueAt } from '../model/paths.js';
import { ReferenceError } from '../model/reference.js';
import { inputOf } from '../model/step-input.js';
import type { Answer, Published, Target } from '../model/target.js';
import { checkExpectation } from './check-expectation.js';
import type { Cleanup } from './cleanup.js';
import { paginate, type PaginatedList } from './paginate.js';
import { publishedDifferences } from './published-differences.js';
import { withGracePeriod, withTimeout } from './signals.js';

/** The result of one step on one side. */
export interface StepResult {
  readonly step: BoundStep;
  /** The masked response; undefined if there was none or the step was skipped. */
  readonly answer?: ComparableAnswer;
  /** Why the step was skipped. */
  readonly skipped?: string;
  /** Failed expectations, violations of the published schema, and a missing response. */
  readonly differences: readonly Difference[];
  /** How many expectations and how many responses' schemas were checked. */
  readonly checks: { readonly expected: number; readonly shapes: number };
  readonly curl?: string | undefined;
  /** The duration of its calls in milliseconds; undefined if it was skipped. */
  readonly milliseconds?: number;
  /** There was no response, so the scenario cannot continue. */
  readonly unanswered?: true;
}

/** What the steps of one run share. */
export interface StepContext {
  readonly target: Target;
  readonly published: Published;
  readonly mask: Mask;
  readonly cleanup: Cleanup;
  /** Steps with `saveAs` add to it. */
  readonly variables: Map<string, Json>;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  /** A slower response is reported; in milliseconds. */
  readonly maxLatencyMs?: number | undefined;
}

const CONTENT_TYPE = 'content-type';
const JSON_TYPE = 'application/json';

/** Only the presence of these headers is compared, and the media type of the content. */
const COMPARED_HEADERS = [CONTENT_TYPE, 'twilio-request-id', 'twilio-request-duration', 'www-authenticate'];

/** How long a step with `eventually` may take, and the time between two calls, in milliseconds. */
const EVENTUALLY = 10_000;
const INTERVAL = 250;

const NO_CHECKS = { expected: 0, shapes: 0 } as const;

export function skippedStep(step: BoundStep, reason: string): StepResult {
  return { step, skipped: reason, differences: [], checks: NO_CHECKS };
}

/** @throws RunAborted if the target aborts the whole run. */
export async function runStep(step: BoundStep, context: StepContext): Promise<StepResult> {
  let input: Input;
  try {
    input = inputOf(step, context.variables);
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { step, differences: [noAnswer(`the call cannot be made: ${error.message}`)], checks: NO_CHECKS };
  }
  const command = context.target.curl?.(step.operation, input);
  const curl = command === undefined ? undefined : context.mask.withShellVariables(command);
  const started = performance.now();
  const duration = () => ({ milliseconds: performance.now() - started });
  try {
    const list = await callUntilExpected(step, input, context);
    if (list.truncated) return skippedStep(step, 'the list has too many records of others');
    return { ...checkStep(step, list, context), ...duration(), curl };
  } catch (error) {
    if (error instanceof RunAborted) throw error;
    const differences = [noAnswer('no response', describeError(error))];
    return { step, differences, checks: NO_CHECKS, ...duration(), curl, unanswered: true };
  }
}

/** Repeats the call of a step that shows its result only some time later. */
async function callUntilExpected(step: BoundStep, input: Input, context: StepContext): Promise<PaginatedList> {
  const deadline = performance.now() + EVENTUALLY;
  for (;;) {
    const list = await callOperation(step, input, context);
    if (!step.eventually || performance.now() > deadline || meetsExpectation(step, list.answer, context)) return list;
    await sleep(INTERVAL, undefined, { ...(context.signal && { signal: context.signal }) });
  }
}

function meetsExpectation(step: BoundStep, answer: Answer, { published, variables }: StepContext): boolean {
  const expectation = { status: published.status(step.operation.name), ...step.expect };
  return checkExpectation(expectation, answer, variables).failed.length === 0;
}

async function callOperation(step: BoundStep, input: Input, context: StepContext): Promise<PaginatedList> {
  const { target, cleanup, mask, signal, timeoutMs } = context;
  const { operation } = step;
  const call = async (each: Input) => {
    const limit = operation.method === 'GET' ? withTimeout : withGracePeriod;
    const answer = withExpectedStatus(await target.call(operation, each, limit(signal, timeoutMs)), step);
    if (isFromUnderstudy(answer)) throw new Error(textOf(valueAt(answer.body ?? undefined, ['message'])));
    cleanup.track(operation, each, answer);
    if (operation.verb === 'create' && answer.status < 300 && isObject(answer.body))
      mask.markCreated(textOf(answer.body['sid']));
    return answer;
  };
  if (step.paginate)
    return paginate(operation, input, call, {
      isOurs: step.only === 'ours' ? (record) => mask.isOurs(record) : undefined,
    });
  const answer = await call(input);
  return { answer, pages: [answer], differences: [] };
}

/** Of several statuses of success, one that the surface does not tell is the one that the step expects. */
function withExpectedStatus(answer: Answer, { expect }: BoundStep): Answer {
  const expected = expect?.status ?? 400;
  return answer.isStatusAssumed === true && expected < 300 ? { ...answer, status: expected } : answer;
}

function checkStep(step: BoundStep, list: PaginatedList, context: StepContext): StepResult {
  const { answer, pages, differences } = list;
  const { published, mask, variables } = context;
  const { status, body } = answer;
  const { comparable = body } = list;
  const { name: operation } = step.operation;
  if (step.saveAs !== undefined && body !== null && status < 400) variables.set(step.saveAs, body);
  const expectation = checkExpectation({ status: published.status(operation), ...step.expect }, answer, variables);
  const violations = pages.flatMap((page) => publishedDifferences(published, operation, page));
  return {
    step,
    answer: { status, body: mask.apply(step.saveAs ?? step.name, comparable, step), headers: comparedHeaders(answer) },
    differences: [
      ...expectation.failed,
      ...differences,
      ...violations,
      ...pages.flatMap(checkContentType),
      ...pages.flatMap((page) => checkLatency(page, context.maxLatencyMs)),
    ],
    checks: { expected: expectation.checks, shapes: pages.length },
  };
}

/** Error codes of an understudy that got no response from its upstream or has no recording of the call. */
const UNANSWERED_CODES: readonly unknown[] = Object.values(understudyErrors)
  .map(({ code }) => code)
  .filter((code) => code > 990_200);

function isFromUnderstudy({ status, body }: Answer): boolean {
  return status >= 400 && UNANSWERED_CODES.includes(valueAt(body ?? undefined, ['code']));
}

function comparedHeaders({ headers }: Answer): string[] | undefined {
  return (
    headers &&
    COMPARED_HEADERS.filter((name) => headers[name] !== undefined).map((name) =>
      name === CONTENT_TYPE ? `${name}: ${mediaTypeOf(headers[name])}` : name,
    )
  );
}

/** Checked on each side, because two targets can agree and both be wrong. */
function checkContentType({ headers, body }: Answer): Difference[] {
  const actual = mediaTypeOf(headers?.[CONTENT_TYPE]);
  if (headers === undefined || body === null || actual === JSON_TYPE) return [];
  const note = `a response with a body has the content type ${JSON_TYPE}`;
  return [{ kind: 'header', path: '', expected: JSON_TYPE, actual, note }];
}

function checkLatency({ milliseconds = 0 }: Answer, maximum = Infinity): Difference[] {
  if (milliseconds <= maximum) return [];
  const [expected, actual] = [`at most ${maximum} ms`, `${Math.round(milliseconds)} ms`];
  return [{ kind: 'latency', path: '', expected, actual, note: `the response took longer than ${maximum} ms` }];
}

/** The media type without parameters, such as the charset. */
function mediaTypeOf(contentType = '(none)'): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function noAnswer(note: string, actual?: string): Difference {
  return { kind: 'no-response', path: '', expected: undefined, actual, note };
}
