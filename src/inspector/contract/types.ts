/** The parts of a report from `understudy contract --report json=FILE` that the page shows. */
export interface ContractReport {
  readonly outcome: 'agree' | 'drift' | 'incomplete';
  readonly left: string;
  readonly right: { readonly name: string; readonly kind: string; readonly recorded?: string } | null;
  readonly milliseconds: number;
  readonly drifts: readonly Drift[];
  readonly accepted: readonly {
    readonly drift: Drift;
    readonly known: { readonly reason: string; readonly expires: string };
  }[];
  readonly stale: readonly {
    readonly known: { readonly scenario: string; readonly step: string };
    readonly why: string;
  }[];
  readonly scenarios: readonly {
    readonly name: string;
    readonly about: string;
    readonly steps: number;
    readonly drifts: number;
    readonly compared: boolean;
    readonly interrupted?: string;
    readonly skipped: readonly { readonly step: string; readonly why: string }[];
  }[];
}

export interface Drift {
  readonly scenario: string;
  readonly step: string;
  readonly operation: string;
  readonly path: string;
  readonly kind: string;
  readonly side?: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly note?: string;
  readonly curl?: string;
}
