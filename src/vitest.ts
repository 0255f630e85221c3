/** The contract inside a vitest run, for this project and for those who use it. */
import { afterAll, describe, expect, it } from 'vitest';
import { loadCapability } from './capability/load.js';
import { readSettings } from './cli/command-line.js';
import { contract } from './cli/contract/commands.js';
import type { ContractSettings } from './cli/contract/options.js';
import type { ContractSurface } from './cli/contract/sides.js';
import { prepare, sideOf } from './cli/contract/setup.js';
import { terminalReport } from './contract/reports/terminal.js';
import { readScenarios } from './contract/model/scenario-file.js';
import type { Scenario } from './contract/model/scenario.js';
import { runSuite } from './contract/run/run-suite.js';
import type { Side } from './contract/model/target.js';

export { scenarios } from './contract/scenarios/index.js';
export type { Expectation, Scenario, Step } from './contract/model/scenario.js';
export type { Answer, Prerequisites, Side, Target } from './contract/model/target.js';

/** A side by name (`simulate`, `live`, `replay`, or a URL), or one of your own. */
export type SideOrName = string | Side;

export interface ContractTests {
  /** Who is checked; `simulate` unless said otherwise. */
  readonly left?: SideOrName;
  /** What it is checked against; absent: expectations and published shapes alone. */
  readonly right?: SideOrName | undefined;
  /** Scenarios, or YAML files and folders of them; those that ship unless said otherwise. */
  readonly scenarios?: readonly (Scenario | string)[];
  /** How sides that are given by name are spoken to; `twilio` unless said otherwise. */
  readonly surface?: ContractSurface;
}

/**
 * Defines one test for each scenario. A live side is asked only with credentials and `UNDERSTUDY_LIVE=1`; without, the
 * tests are skipped and say so.
 */
export function defineContractTests(options: ContractTests = {}): void {
  const { left = 'simulate', right, surface = 'twilio' } = options;
  // The variables of `understudy contract` apply here as well.
  const settings = readSettings(contract, ['--surface', surface]);
  const stage = prepare(settings, loadCapability());
  const all = options.scenarios?.flatMap((each) =>
    typeof each === 'string' ? readScenarios(each, stage.published) : [each],
  );
  const why = [left, right].includes('live') ? reasonToSkip(settings) : undefined;
  const about = `${nameOf(left)} against ${right === undefined ? 'what is promised' : nameOf(right)}`;
  if (why !== undefined) process.stderr.write(`contract: ${about}: skipped, ${why}\n`);

  describe.skipIf(why !== undefined)(`contract: ${about}`, () => {
    let sides: { left: Side; right: Side | undefined } | undefined;
    const open = () =>
      (sides ??= {
        left: typeof left === 'string' ? sideOf(left, settings, stage) : left,
        right: typeof right === 'string' ? sideOf(right, settings, stage) : right,
      });
    afterAll(() => Promise.all([sides?.left.close(), sides?.right?.close()]));

    const named = (all ?? stage.scenarios).map((scenario) => [scenario.name, scenario] as const);
    it.each(named)('%s', { timeout: settings.deadline }, async (_, scenario) => {
      const report = await runSuite({ ...open(), scenarios: [scenario], published: stage.published });
      expect(report.outcome, `${scenario.about}\n\n${terminalReport(report, false)}`).toBe('agree');
    });
  });
}

function reasonToSkip({ credentials, live }: ContractSettings): string | undefined {
  if (credentials === undefined) return 'no credentials: set TWILIO_USER and TWILIO_PASS';
  return live ? undefined : 'it would ask Twilio: set UNDERSTUDY_LIVE=1';
}

function nameOf(side: SideOrName): string {
  return typeof side === 'string' ? side : side.name;
}
