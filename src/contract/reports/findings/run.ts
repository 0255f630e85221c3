import type { Drift } from '../../model/drift.js';
import type { Fidelity } from '../../model/fidelity.js';
import type { StepResponses } from '../../compare/diff.js';

/** What reports and the inspector say about a run: the parts that a run and a report in JSON have in common. */
export interface Run {
  readonly left: string;
  /** Absent if only expectations and published schemas were checked. */
  readonly right:
    | { readonly name: string; readonly kind: string; readonly recorded?: string | undefined }
    | null
    | undefined;
  /** When the run began, in ISO 8601; absent in reports of earlier versions. */
  readonly started?: string;
  readonly milliseconds: number;
  /** `incomplete`: a scenario did not finish, or something could not be deleted. */
  readonly outcome: 'agree' | 'drift' | 'incomplete';
  readonly drifts: readonly Drift[];
  readonly accepted: readonly { readonly drift: Drift; readonly known: KnownDifference }[];
  readonly stale: readonly { readonly known: KnownDifference; readonly why: string }[];
  readonly scenarios: readonly RunScenario[];
  readonly fidelity: readonly Fidelity[];
  /** Absent in reports of earlier versions. */
  readonly responses?: readonly StepResponses[];
}

interface KnownDifference {
  readonly scenario: string;
  readonly step: string;
  readonly path: string;
  readonly reason: string;
  readonly expires: string;
}

export interface RunScenario {
  readonly name: string;
  readonly about: string;
  readonly steps: number;
  readonly skipped: readonly { readonly step: string; readonly why: string }[];
  readonly interrupted?: string;
  readonly leftovers: readonly string[];
}
