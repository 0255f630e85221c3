import type { Run, RunScenario } from '../../contract/reports/findings/run.js';

/** A report from `understudy contract --report json=FILE`. */
export type ContractReport = Omit<Run, 'scenarios'> & {
  readonly scenarios: readonly (RunScenario & { readonly drifts: number })[];
};
