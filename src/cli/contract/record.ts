/** `understudy record`: records Twilio's responses, and writes down how they compare with the simulator's. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPackagedCapability } from '../../capability/packaged.js';
import { terminalReport } from '../../contract/reports/terminal.js';
import type { ScenarioReport } from '../../contract/run/run-pair.js';
import { packageVersion } from '../../util/version.js';
import type { ContractSettings } from './options.js';
import type { ContractExit } from './contract.js';
import {
  budgetOf,
  liveName,
  liveSettings,
  prepareContract,
  prerequisitesOf,
  runSides,
  writeProgress,
} from './setup.js';
import { limitedSide, simulateSide, understudySide } from './sides.js';

/** `verified.json`: what was recorded, when, and whether the simulator agreed with it. */
interface VerifiedFile {
  readonly 'understudy-verified': 1;
  readonly scenarios: Readonly<Record<string, VerifiedScenario>>;
}

interface VerifiedScenario {
  readonly recorded: string;
  readonly program: string;
  readonly upstream: string;
  readonly steps: number;
  readonly leftOut: number;
  readonly differences: number;
  readonly result: 'agree' | 'drift';
}

/** Records, and returns the exit code. That is 0 even if the simulator differs, because the recording is still valid. */
export async function runRecord(settings: ContractSettings, stop: AbortSignal): Promise<ContractExit> {
  const { cassettes, scrub } = settings;
  const setup = prepareContract(settings, await loadPackagedCapability());
  const { capability, published, scenarios } = setup;
  const options = { capability, published, surface: 'engine', prerequisites: prerequisitesOf(settings) } as const;
  const live = liveSettings(settings);
  mkdirSync(cassettes, { recursive: true });
  const unfinished = (name: string) => join(cassettes, `${name}.json.part`);
  const removeUnfinished = () => {
    for (const { name } of scenarios) rmSync(unfinished(name), { force: true });
  };
  removeUnfinished();
  const settingsFor = (name: string) => ({
    mode: 'record' as const,
    cassette: unfinished(name),
    scrub,
    ...live,
  });
  const side = understudySide({ ...options, name: liveName(settings), kind: 'live', settingsFor });
  const report = await runSides(simulateSide(options), limitedSide(side, budgetOf(settings)), settings, setup, stop);

  const recorded = report.scenarios.filter(({ interrupted, compared }) => interrupted === undefined && compared);
  for (const { name } of recorded) renameSync(unfinished(name), join(cassettes, `${name}.json`));
  removeUnfinished();
  updateVerified(join(cassettes, 'verified.json'), recorded, settings.upstream ?? capability.files[0].baseUri);
  process.stdout.write(`\n${terminalReport(report, settings.colours)}`);
  writeProgress(`Recorded ${recorded.length} of ${scenarios.length} scenarios in ${cassettes}.\n`);
  return report.outcome === 'incomplete' ? 2 : 0;
}

/** Scenarios that were not recorded this time keep their entries. */
function updateVerified(file: string, reports: readonly ScenarioReport[], upstream: string): void {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VerifiedFile).scenarios : {};
  const now = Object.fromEntries(reports.map((report) => [report.name, verifiedFrom(report, upstream)]));
  const scenarios = Object.fromEntries(Object.entries({ ...before, ...now }).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ 'understudy-verified': 1, scenarios } satisfies VerifiedFile, null, 2)}\n`);
}

function verifiedFrom({ steps, skipped, drifts }: ScenarioReport, upstream: string): VerifiedScenario {
  return {
    recorded: new Date().toISOString(),
    program: `twilio-understudy ${packageVersion()}`,
    upstream,
    steps,
    leftOut: skipped.length,
    differences: drifts.length,
    result: drifts.length === 0 ? 'agree' : 'drift',
  };
}
