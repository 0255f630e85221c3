import { UnderstudyError } from '../../core/errors.js';
import type { Backend, Call, Operation, Result } from '../../core/operation.js';
import { nameOfRequest } from '../../core/passthrough.js';
import { type Body, bodylessStatuses, bodyOf, bodyOfBytes, type Json } from '../../core/body.js';
import { type Cassette, type RecordedStep, toRecordedInput } from './format.js';
import { toContent } from './file.js';
import { type Aliases, type Difference, match, type Match, replaceAliases } from './match.js';
import { isPseudonym } from './scrub.js';

const SID = /^[A-Z]{2}[0-9a-fA-F]{32}$/;

interface Candidate extends Match {
  readonly step: RecordedStep;
}

/**
 * Answers calls from a cassette, matched by operation and input. Steps with the same input answer in the order in which
 * they were recorded; after that, the last one repeats.
 *
 * A caller may use its own SIDs and texts in place of recorded SIDs and scrubbed texts, as long as it does so
 * consistently. The responses then contain the caller's values.
 * @param file is named in errors
 * @param nameOf gives the name that identifies an operation in the cassette
 */
export function createReplay(cassette: Cassette, file: string, nameOf: (operation: Operation) => string): Backend {
  const stepsOf = stepsByOperation(cassette);
  const recordedSids = new Set(JSON.stringify(cassette.steps).match(/[A-Z]{2}[0-9a-fA-F]{32}/g));
  const aliases = new Map<string, string>();
  const played = new Set<RecordedStep>();

  /** A SID that occurs in the cassette always stands for itself. */
  function canAlias(recorded: string, given: string): boolean {
    if (SID.test(recorded)) {
      return SID.test(given) && recorded.slice(0, 2) === given.slice(0, 2) && !recordedSids.has(given);
    }
    return cassette.scrubbed && isPseudonym(recorded) && !isPseudonym(given);
  }

  function choose(candidates: readonly Candidate[]): Candidate | undefined {
    const equal = candidates.filter(({ differences }) => differences.length === 0);
    const fewest = Math.min(...equal.map(({ newAliases }) => newAliases.size));
    const closest = equal.filter(({ newAliases }) => newAliases.size === fewest);
    return closest.find(({ step }) => !played.has(step)) ?? closest.at(-1);
  }

  function answer(call: Call): Result {
    const name = nameOf(call.operation);
    const given = toRecordedInput(call);
    const candidates = (stepsOf.get(name) ?? []).map((step) => ({
      step,
      ...match(step.input, given, { aliases, canAlias }),
    }));
    const chosen = choose(candidates);
    if (chosen === undefined) {
      throw miss(file, call.raw === undefined ? name : nameOfRequest(call.raw), candidates, cassette);
    }
    for (const [recorded, alias] of chosen.newAliases) aliases.set(recorded, alias);
    played.add(chosen.step);
    const { status, headers, body, file: recordedFile } = chosen.step.answer;
    if (recordedFile !== undefined) return { status, headers, body: null, content: toContent(recordedFile, file) };
    return {
      status,
      headers,
      body: body === undefined || bodylessStatuses.has(status) ? null : toBody(replaceAliasesIn(body, aliases)),
    };
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

/** A recorded string is a body that was not JSON. */
function toBody(body: Json): Body {
  return typeof body === 'string' ? bodyOfBytes(Buffer.from(body)) : bodyOf(body);
}

function replaceAliasesIn(value: Json, aliases: Aliases): Json {
  if (aliases.size === 0) return value;
  if (typeof value === 'string') return replaceAliases(value, aliases);
  if (Array.isArray(value)) return value.map((each) => replaceAliasesIn(each as Json, aliases));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replaceAliasesIn(child, aliases)]));
}

function miss(file: string, operation: string, candidates: readonly Candidate[], { steps }: Cassette): UnderstudyError {
  const [closest] = [...candidates].sort((a, b) => a.differences.length - b.differences.length);
  const message =
    closest === undefined
      ? `The cassette ${file} has no recording of \`${operation}\`.`
      : `The cassette ${file} has no recording of \`${operation}\` with this input. The closest is step ` +
        `${steps.indexOf(closest.step) + 1}, where ${closest.differences.map(describe).join('; ')}.`;
  return new UnderstudyError('UNDERSTUDY_CASSETTE_MISS', message);
}

function describe({ field, recorded, given }: Difference): string {
  if (recorded === undefined) return `\`${field}\` is absent (this call: ${JSON.stringify(given)})`;
  const present = given === undefined ? 'absent' : JSON.stringify(given);
  return `\`${field}\` is ${JSON.stringify(recorded)} (this call: ${present})`;
}
