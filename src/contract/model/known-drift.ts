import { readFileSync } from 'node:fs';
import { UnderstudyError } from '../../core/errors.js';
import { readYaml } from './yaml.js';
import type { Drift } from './drift.js';

/** A difference that is accepted for a while. */
export interface KnownDrift {
  readonly scenario: string;
  readonly step: string;
  readonly path: string;
  readonly kind?: string;
  readonly reason: string;
  /** The last day on which it is accepted, e.g. `2026-12-31`. */
  readonly expires: string;
  /** Kinds of right side that it is about; `live` and `replay` unless said otherwise. */
  readonly against?: readonly string[];
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

/** Reads the list of accepted differences. @throws UnderstudyError with the line of the first fault. */
export function readKnownDrift(file: string): KnownDrift[] {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UnderstudyError('UNDERSTUDY_BAD_KNOWN_DRIFT', `Cannot read ${file}: ${(error as Error).message}.`);
  }
  const { value } = readYaml(source, file, schema, 'UNDERSTUDY_BAD_KNOWN_DRIFT');
  return (value as { differences?: KnownDrift[] | null }).differences ?? [];
}

/** What a list of known drift makes of the drifts that were found. */
export interface Judged {
  readonly drifts: readonly Drift[];
  readonly accepted: readonly { readonly drift: Drift; readonly known: KnownDrift }[];
  /** Entries that no longer hold: expired, or nothing like it was found. */
  readonly stale: readonly { readonly known: KnownDrift; readonly why: string }[];
}

/**
 * Splits drifts into accepted ones and the rest. An entry whose step was played and that nothing matched is stale.
 * @param wasCompared whether a step was played on both sides, so that its drift could have been found
 */
export function judge(
  drifts: readonly Drift[],
  known: readonly KnownDrift[],
  options: { today: string; against: string; wasCompared: (scenario: string, step: string) => boolean },
): Judged {
  const { today, against, wasCompared } = options;
  const relevant = known.filter((entry) => (entry.against ?? ['live', 'replay']).includes(against));
  const current = relevant.filter(({ expires }) => expires >= today);
  const accepted = drifts.flatMap((drift) => {
    const entry = current.find((each) => matches(each, drift));
    return entry ? [{ drift, known: entry }] : [];
  });
  const used = new Set(accepted.map((each) => each.known));
  const excused = new Set(accepted.map((each) => each.drift));
  const stale = relevant.flatMap((entry) => {
    if (entry.expires < today) return [{ known: entry, why: `it expired on ${entry.expires}` }];
    if (used.has(entry) || !wasCompared(entry.scenario, entry.step)) return [];
    return [{ known: entry, why: 'it no longer occurs: remove it' }];
  });
  return { drifts: drifts.filter((drift) => !excused.has(drift)), accepted, stale };
}

function matches({ scenario, step, path, kind }: KnownDrift, drift: Drift): boolean {
  return (
    scenario === drift.scenario && step === drift.step && path === drift.path && (kind ?? drift.kind) === drift.kind
  );
}
