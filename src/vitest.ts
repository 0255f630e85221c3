/** Runs the contract inside vitest: for the tests of this package, and for those of its users. */
import { afterAll, describe, expect, it } from 'vitest';
import { loadCapability } from './capability/load.js';
import { readSettings } from './cli/command-line.js';
import { contract } from './cli/contract/commands.js';
import type { ContractSettings } from './cli/contract/options.js';
import { prepareContract, sidesOf } from './cli/contract/setup.js';
import type { ContractSurface } from './cli/contract/sides.js';
import { readScenarios } from './contract/model/scenario-file.js';
import { inScopes } from './contract/model/scopes.js';
import { scenarioFrom, type ScenarioSource } from './contract/model/scenario-source.js';
import type { Side } from './contract/model/target.js';
import { terminalReport } from './contract/reports/terminal.js';
import { runSuite } from './contract/run/run-suite.js';

export type { ScenarioSource as Scenario, StepSource as Step } from './contract/model/scenario-source.js';
export type { Expectation } from './contract/model/scenario.js';
export type { Answer, Prerequisites, Side, Target } from './contract/model/target.js';
export { scenarios } from './contract/scenarios/index.js';

/** The name of a side (`simulate`, `live`, `replay` or a URL), or a custom side. */
export type SideOrName = string | Side;

export interface ContractTests {
  /** The side to check. Default: `simulate`. */
  readonly left?: SideOrName;
  /** The side to compare with. Default: none; only expectations and published schemas are checked. */
  readonly right?: SideOrName | undefined;
  /** Scenarios, or paths of YAML files or folders. Default: the scenarios in this package. */
  readonly scenarios?: readonly (ScenarioSource | string)[];
  /** How sides given by name are called. Default: `twilio`. */
  readonly surface?: ContractSurface;
}

/**
 * Defines one test for each scenario. With a live side, the tests are skipped unless there are credentials and
 * `UNDERSTUDY_LIVE` is 1; the reason is written to stderr.
 */
export function defineContractTests(options: ContractTests = {}): void {
  const { left = 'simulate', right, surface = 'twilio' } = options;
  // The environment variables of `understudy contract` apply here as well.
  const settings = readSettings(contract, ['--surface', surface]);
  const setup = prepareContract(settings, loadCapability());
  const { published } = setup;
  const scenarios =
    options.scenarios?.flatMap((each) =>
      typeof each === 'string' ? readScenarios(each, published) : inScopes(scenarioFrom(each)),
    ) ?? setup.scenarios;
  const skipReason = [left, right].includes('live') ? reasonToSkip(settings) : undefined;
  const about = `${nameOf(left)} against ${right === undefined ? 'its expectations' : nameOf(right)}`;
  if (skipReason !== undefined) process.stderr.write(`contract: ${about}: skipped, ${skipReason}\n`);

  describe.skipIf(skipReason !== undefined)(`contract: ${about}`, () => {
    let sides: { left: Side; right: Side | undefined } | undefined;
    const openSides = () => {
      if (sides !== undefined) return sides;
      const names = { left: nameOf(left), right: right === undefined ? undefined : nameOf(right) };
      const named = sidesOf(names, settings, setup);
      return (sides = {
        left: typeof left === 'string' ? named.left : left,
        right: typeof right === 'string' ? named.right : right,
      });
    };
    afterAll(() => Promise.all([sides?.left.close(), sides?.right?.close()]));

    const named = scenarios.map((scenario) => [scenario.name, scenario] as const);
    it.each(named)('%s', { timeout: settings.deadline }, async (_, scenario) => {
      const report = await runSuite({ ...openSides(), scenarios: [scenario], published });
      expect(report.outcome, `${scenario.about}\n\n${terminalReport(report, false)}`).toBe('agree');
    });
  });
}

function reasonToSkip({ credentials, live }: ContractSettings): string | undefined {
  if (credentials === undefined) return 'there are no credentials: set TWILIO_USER and TWILIO_PASS';
  return live ? undefined : 'it would send requests to Twilio: set UNDERSTUDY_LIVE=1 to allow it';
}

function nameOf(side: SideOrName): string {
  return typeof side === 'string' ? side : side.name;
}
