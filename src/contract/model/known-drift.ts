import { readFileSync } from 'node:fs';
import { UnderstudyError } from '../../core/errors.js';
import { didYouMean } from '../../util/did-you-mean.js';
import type { Drift } from './drift.js';
import { parseYaml } from './yaml.js';

/** A difference that is accepted until a given day. */
export interface KnownDrift {
  readonly scenario: string;
  readonly step: string;
  readonly path: string;
  readonly kind?: string;
  readonly reason: string;
  /** The last day on which it is accepted, e.g. `2026-12-31`. */
  readonly expires: string;
  /** Kinds of right side that it applies to. Default: `live` and `replay`. */
  readonly against?: readonly string[];
  /** Its line in the file. */
  readonly line?: number;
}

const text = { type: 'string', minLength: 1 };
const schema = {
  type: 'object',
  properties: {
    'known-drift': { const: 1 },
    differences: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        properties: {
          scenario: text,
          step: text,
          path: { type: 'string' },
          kind: text,
          reason: text,
          expires: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
          against: { type: 'array', minItems: 1, items: { enum: ['simulate', 'live', 'replay', 'url'] } },
        },
        required: ['scenario', 'step', 'path', 'reason', 'expires'],
        additionalProperties: false,
      },
    },
  },
  required: ['known-drift'],
  additionalProperties: false,
};

/** Reads a list of known drift. @throws UnderstudyError with the line of the first problem. */
export function readKnownDrift(file: string): KnownDrift[] {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnderstudyError('UNDERSTUDY_BAD_KNOWN_DRIFT', `Cannot read ${file}: ${(error as Error).message}.`);
  }
  const { value, lineAt } = parseYaml(source, file, { schema, errorName: 'UNDERSTUDY_BAD_KNOWN_DRIFT' });
  const { differences } = value as { differences?: KnownDrift[] | null };
  return (differences ?? []).map((entry, i) => ({ ...entry, line: lineAt(['differences', i]) }));
}

/** The drifts of a run after known drift is taken out. */
export interface SortedDrift {
  readonly drifts: readonly Drift[];
  readonly accepted: readonly { readonly drift: Drift; readonly known: KnownDrift }[];
  /** Entries to remove or correct: expired, without a drift that matches, or naming a step that does not exist. */
  readonly stale: readonly { readonly known: KnownDrift; readonly why: string }[];
}

export interface KnownDriftOptions {
  /** E.g. `2026-01-31`. */
  readonly today: string;
  /** The kind of the right side. */
  readonly against: string;
  /** The steps of each scenario in this run, by scenario name. */
  readonly steps: ReadonlyMap<string, readonly string[]>;
  /** Whether both sides ran the step, so that its drift could have been found. */
  readonly wasCompared: (scenario: string, step: string) => boolean;
}

/** Separates drift that a list of known drift accepts from the rest. */
export function sortDrift(
  drifts: readonly Drift[],
  known: readonly KnownDrift[],
  options: KnownDriftOptions,
): SortedDrift {
  const { today, against } = options;
  const relevant = known.filter((entry) => (entry.against ?? ['live', 'replay']).includes(against));
  const current = relevant.filter(({ expires }) => expires >= today);
  const accepted = drifts.flatMap((drift) => {
    const entry = current.find((each) => matches(each, drift));
    return entry ? [{ drift, known: entry }] : [];
  });
  const used = new Set(accepted.map((each) => each.known));
  const acceptedDrifts = new Set(accepted.map((each) => each.drift));
  const stale = relevant.flatMap((entry) => {
    const why = used.has(entry) ? undefined : staleReason(entry, options);
    return why === undefined ? [] : [{ known: entry, why }];
  });
  return { drifts: drifts.filter((drift) => !acceptedDrifts.has(drift)), accepted, stale };
}

function staleReason(
  { scenario, step, expires }: KnownDrift,
  { today, steps, wasCompared }: KnownDriftOptions,
): string | undefined {
  if (expires < today) return `it expired on ${expires}`;
  const names = steps.get(scenario);
  if (names !== undefined && !names.includes(step)) {
    return `the scenario has no step \`${step}\`.${didYouMean(step, names)}`;
  }
  return wasCompared(scenario, step) ? 'it no longer occurs: remove it' : undefined;
}

function matches({ scenario, step, path, kind }: KnownDrift, drift: Drift): boolean {
  return (
    scenario === drift.scenario && step === drift.step && path === drift.path && (kind ?? drift.kind) === drift.kind
  );
}
