import type { Drift } from '../model/drift.js';
import type { Scenario } from '../model/scenario.js';
import { runSuite } from '../run/run-suite.js';
import type { Published, Side } from '../model/target.js';
import type { Plant } from './mutation.js';

/** What became of one plant. */
export interface Trial {
  readonly plant: Plant;
  /**
   * `found`: named at the step of the lie, or for a lie that shows only later, at a later one · `elsewhere`: found, but
   * named at another step than it should · `missed` · `no occasion`: there was nothing to falsify.
   */
  readonly outcome: 'found' | 'elsewhere' | 'missed' | 'no occasion';
  readonly scenario?: string;
  readonly step?: string;
  readonly drifts: readonly Drift[];
}

/** Plays the scenarios with the plant on the right side, until one gives it away. */
export async function tryPlant(
  plant: Plant,
  scenarios: readonly Scenario[],
  { left, right, published }: { left: Side; right: Side; published: Published },
): Promise<Trial> {
  let best: Trial = { plant, outcome: 'no occasion', drifts: [] };
  for (const scenario of scenarios) {
    const trial = await tryScenario(plant, scenario, left, right, published);
    if (trial.outcome === 'found') return trial;
    if (trial.outcome !== 'no occasion' && best.outcome !== 'elsewhere') best = trial;
  }
  return best;
}

async function tryScenario(
  plant: Plant,
  scenario: Scenario,
  left: Side,
  right: Side,
  published: Published,
): Promise<Trial> {
  const honest = await right.open(scenario.name);
  if (honest === undefined) return { plant, outcome: 'no occasion', drifts: [] };
  const planted = plant.plant(honest, published.operations);
  const lying: Side = {
    ...right,
    name: 'planted',
    open: () => Promise.resolve(planted),
    close: () => Promise.resolve(),
  };
  const report = await runSuite({
    scenarios: [scenario],
    left,
    right: lying,
    published,
    onStep: (side, _, step) => side === lying && planted.begin(step),
  });
  const step = planted.liedAt()?.name;
  if (step === undefined) return { plant, outcome: 'no occasion', drifts: report.drifts };
  // A scenario that cannot even begin says so, and needs no drift to be noticed.
  if (report.outcome === 'incomplete')
    return { plant, outcome: 'found', scenario: scenario.name, step, drifts: report.drifts };
  const steps = report.scenarios[0]?.transcript.steps.map((played) => played.step.name) ?? [];
  const named = report.drifts.map((drift) => drift.step);
  const found =
    plant.shows === 'there' ? named.includes(step) : named.some((name) => steps.indexOf(name) >= steps.indexOf(step));
  const outcome = found ? 'found' : named.length > 0 ? 'elsewhere' : 'missed';
  return { plant, outcome, scenario: scenario.name, step, drifts: report.drifts };
}
