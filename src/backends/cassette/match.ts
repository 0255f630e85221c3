import type { RecordedInput } from './format.js';

/** From what the cassette calls a thing to what its caller calls it: SIDs, and texts that were scrubbed. */
export type Names = ReadonlyMap<string, string>;

/** One field in which an input is not the recorded one. */
export interface Difference {
  readonly field: string;
  readonly recorded: string | undefined;
  readonly given: string | undefined;
}

export interface Match {
  readonly differences: readonly Difference[];
  /** Names that must be taken for each other for all else to be equal, beyond those that are known. */
  readonly learnt: Names;
}

export interface Matching {
  readonly known: Names;
  /** Whether a recorded text stands for another one, so that a caller may know it by its own name. */
  readonly isName: (recorded: string, given: string) => boolean;
}

/** Compares a recorded input with a given one, field by field. */
export function match(recorded: RecordedInput, given: RecordedInput, { known, isName }: Matching): Match {
  const differences: Difference[] = [];
  const learnt = new Map<string, string>();
  const nameOf = (text: string) => known.get(text) ?? learnt.get(text);
  const theirs = new Map([...known].map(([ours, name]) => [name, ours]));

  function same(ours: string, their: string): boolean {
    const name = nameOf(ours);
    if (name !== undefined) return name === their;
    if (ours === their || translated(their, theirs) === ours) return true;
    if (theirs.has(their) || !isName(ours, their)) return false;
    learnt.set(ours, their);
    theirs.set(their, ours);
    return true;
  }

  for (const [field, ours, their] of pairsOf(recorded, given)) {
    const equal = ours.length === their.length && ours.every((text, place) => same(text, their[place] ?? ''));
    if (!equal) differences.push({ field, recorded: shown(ours), given: shown(their) });
  }
  return { differences, learnt };
}

const SIDS = /[A-Z]{2}[0-9a-f]{32}/gi;

/** A text in which the names are those of the other side: whole, or SIDs within it, as in a page token. */
export function translated(text: string, names: Names): string {
  return names.size === 0 ? text : (names.get(text) ?? text.replaceAll(SIDS, (sid) => names.get(sid) ?? sid));
}

type Pair = readonly [field: string, recorded: readonly string[], given: readonly string[]];

function* pairsOf(recorded: RecordedInput, given: RecordedInput): Generator<Pair> {
  for (const part of ['path', 'query', 'headers', 'form'] as const) {
    const [ours, theirs] = [new Map(Object.entries(recorded[part])), new Map(Object.entries(given[part]))];
    for (const field of new Set([...ours.keys(), ...theirs.keys()])) {
      yield [field, [ours.get(field) ?? []].flat(), [theirs.get(field) ?? []].flat()];
    }
  }
}

function shown(texts: readonly string[]): string | undefined {
  return texts.length === 0 ? undefined : texts.join(', ').slice(0, 200);
}
