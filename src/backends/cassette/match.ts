import type { RecordedInput } from './format.js';

/** From a recorded SID or scrubbed text to the caller's value for the same thing. */
export type Aliases = ReadonlyMap<string, string>;

/** A field whose value differs from the recorded one. */
export interface Difference {
  readonly field: string;
  readonly recorded: string | undefined;
  readonly given: string | undefined;
}

export interface Match {
  readonly differences: readonly Difference[];
  /** Aliases beyond the known ones that this match relies on. */
  readonly newAliases: Aliases;
}

export interface MatchOptions {
  readonly aliases: Aliases;
  /** Whether a caller's value may stand for this recorded one. */
  readonly canAlias: (recorded: string, given: string) => boolean;
}

/** Compares a call's input with a recorded input, field by field. */
export function match(recorded: RecordedInput, given: RecordedInput, { aliases, canAlias }: MatchOptions): Match {
  const differences: Difference[] = [];
  const newAliases = new Map<string, string>();
  const toRecorded = new Map([...aliases].map(([recordedText, givenText]) => [givenText, recordedText]));

  function isSame(recordedText: string, givenText: string): boolean {
    const alias = aliases.get(recordedText) ?? newAliases.get(recordedText);
    if (alias !== undefined) return alias === givenText;
    if (recordedText === givenText || replaceAliases(givenText, toRecorded) === recordedText) return true;
    if (toRecorded.has(givenText) || !canAlias(recordedText, givenText)) return false;
    newAliases.set(recordedText, givenText);
    toRecorded.set(givenText, recordedText);
    return true;
  }

  for (const [field, recordedTexts, givenTexts] of fieldPairs(recorded, given)) {
    const isEqual =
      recordedTexts.length === givenTexts.length && recordedTexts.every((text, i) => isSame(text, givenTexts[i] ?? ''));
    if (!isEqual) differences.push({ field, recorded: summarize(recordedTexts), given: summarize(givenTexts) });
  }
  return { differences, newAliases };
}

const SIDS = /[A-Z]{2}[0-9a-f]{32}/gi;

/** Replaces a whole text by its alias, or else the SIDs inside it, e.g. in a page token. */
export function replaceAliases(text: string, aliases: Aliases): string {
  return aliases.size === 0 ? text : (aliases.get(text) ?? text.replaceAll(SIDS, (sid) => aliases.get(sid) ?? sid));
}

type FieldPair = readonly [field: string, recorded: readonly string[], given: readonly string[]];

function* fieldPairs(recorded: RecordedInput, given: RecordedInput): Generator<FieldPair> {
  for (const part of ['path', 'query', 'headers', 'form'] as const) {
    const recordedFields = new Map(Object.entries(recorded[part]));
    const givenFields = new Map(Object.entries(given[part]));
    for (const field of new Set([...recordedFields.keys(), ...givenFields.keys()])) {
      yield [field, [recordedFields.get(field) ?? []].flat(), [givenFields.get(field) ?? []].flat()];
    }
  }
}

function summarize(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join(', ').slice(0, 200);
}
