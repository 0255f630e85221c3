import { UnderstudyError } from '../../core/errors.js';
import type { Backend, Call, Result } from '../../core/operation.js';
import { type Body, bodyOf, bodyOfBytes, type Json } from '../../core/body.js';
import { type Cassette, recordedInputOf, type RecordedStep } from './format.js';
import { type Difference, match, type Match, translated } from './match.js';
import { isPseudonym } from './scrub.js';

const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;

interface Tried extends Match {
  readonly step: RecordedStep;
}

/**
 * Answers from a cassette, by operation and input. Steps with the same input answer in the order in which they were
 * recorded, and the last one again after that. SIDs and scrubbed texts may be the caller's own: they are taken for the
 * recorded ones as long as all calls agree, and the answers then name them as the caller does.
 */
export function createReplay(cassette: Cassette, file: string): Backend {
  const stepsOf = stepsByOperation(cassette);
  const recordedSids = new Set(JSON.stringify(cassette.steps).match(/[A-Z]{2}[0-9a-fA-F]{32}/g));
  const names = new Map<string, string>();
  const played = new Set<RecordedStep>();

  /** A SID that is in the cassette means itself. */
  function isName(recorded: string, given: string): boolean {
    if (SID.test(recorded)) {
      return SID.test(given) && recorded.slice(0, 2) === given.slice(0, 2) && !recordedSids.has(given);
    }
    return cassette.scrubbed && isPseudonym(recorded) && !isPseudonym(given);
  }

  function choose(tried: readonly Tried[]): Tried | undefined {
    const equal = tried.filter(({ differences }) => differences.length === 0);
    const fewest = Math.min(...equal.map(({ learnt }) => learnt.size));
    const closest = equal.filter(({ learnt }) => learnt.size === fewest);
    return closest.find(({ step }) => !played.has(step)) ?? closest.at(-1);
  }

  function answer(call: Call): Result {
    const { name } = call.operation;
    const given = recordedInputOf(call);
    const tried = (stepsOf.get(name) ?? []).map((step) => ({
      step,
      ...match(step.input, given, { known: names, isName }),
    }));
    const chosen = choose(tried);
    if (chosen === undefined) throw miss(file, name, tried, cassette);
    for (const [recorded, own] of chosen.learnt) names.set(recorded, own);
    played.add(chosen.step);
    const { status, headers, body } = chosen.step.answer;
    return { status, headers, body: body === undefined ? null : bodyOfRecorded(renamed(body, names)) };
  }

  return { answer };
}

function stepsByOperation({ steps }: Cassette): ReadonlyMap<string, readonly RecordedStep[]> {
  const grouped = new Map<string, RecordedStep[]>();
  for (const step of steps) {
    const others = grouped.get(step.operation);
    if (others === undefined) grouped.set(step.operation, [step]);
    else others.push(step);
  }
  return grouped;
}

/** A text is what was no JSON. */
function bodyOfRecorded(body: Json): Body {
  return typeof body === 'string' ? bodyOfBytes(Buffer.from(body)) : bodyOf(body);
}

function renamed(value: Json, names: ReadonlyMap<string, string>): Json {
  if (names.size === 0) return value;
  if (typeof value === 'string') return translated(value, names);
  if (Array.isArray(value)) return value.map((each) => renamed(each as Json, names));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, renamed(part, names)]));
}

function miss(file: string, operation: string, tried: readonly Tried[], { steps }: Cassette): UnderstudyError {
  const [closest] = [...tried].sort((a, b) => a.differences.length - b.differences.length);
  const why =
    closest === undefined
      ? `it has no \`${operation}\` at all.`
      : `the closest is its step ${steps.indexOf(closest.step) + 1}, where ${closest.differences.map(describe).join('; ')}.`;
  return new UnderstudyError('UNDERSTUDY_CASSETTE_MISS', `${file} has no \`${operation}\` with this input: ${why}`);
}

function describe({ field, recorded, given }: Difference): string {
  if (recorded === undefined) return `\`${field}\` was not given (here: ${JSON.stringify(given)})`;
  const here = given === undefined ? 'absent' : JSON.stringify(given);
  return `\`${field}\` is ${JSON.stringify(recorded)} (here: ${here})`;
}
