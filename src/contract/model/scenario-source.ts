import type { Scenario, Step } from './scenario.js';

/** A step as users may write it: the former names of its keys are still accepted. */
export interface StepSource extends Step {
  /** @deprecated Use `saveAs`. */
  readonly keep?: string;
  /** @deprecated Use `paginate`. */
  readonly walk?: true;
}

/** A scenario as users may write it. */
export interface ScenarioSource extends Omit<Scenario, 'steps'> {
  readonly steps: readonly StepSource[];
}

const CURRENT_NAMES: ReadonlyMap<string, string> = new Map([
  ['keep', 'saveAs'],
  ['walk', 'paginate'],
]);

/** Replaces former names of step keys by the current ones. */
export function scenarioFrom(source: ScenarioSource): Scenario {
  return { ...source, steps: source.steps.map((step) => withCurrentNames(step) as Step) };
}

/** A key whose current name is used as well stays, so that a schema can reject it. */
export function withCurrentNames(step: object): object {
  return Object.fromEntries(
    Object.entries(step).map(([key, value]): [string, unknown] => {
      const current = CURRENT_NAMES.get(key);
      return [current === undefined || current in step ? key : current, value];
    }),
  );
}
