/** `understudy record`: plays the scenarios against Twilio, keeps its answers, and notes how the simulator compares. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPackagedCapability } from '../../capability/packaged.js';
import type { ContractExit } from './contract.js';
import type { ContractSettings } from './options.js';
import { limitedSide, simulateSide, understudySide } from './sides.js';
import { budgetOf, liveSettings, play, prepare, provisionsOf, say } from './setup.js';
import { terminalReport } from '../../contract/reports/terminal.js';
import type { ScenarioReport } from '../../contract/run/run-pair.js';
import { packageVersion } from '../../util/version.js';

/** `verified.json`: what was recorded when, and whether the simulator agreed with it. */
interface Verified {
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

/** Records, and gives the exit code: 0 though the simulator differs, as a recording is true either way. */
export async function runRecord(settings: ContractSettings, stop: AbortSignal): Promise<ContractExit> {
  const { cassettes, scrub } = settings;
  const stage = prepare(settings, await loadPackagedCapability());
  const { capability, published } = stage;
  const options = { capability, published, surface: 'engine', prerequisites: provisionsOf(settings) } as const;
  mkdirSync(cassettes, { recursive: true });
  const unfinished = (name: string) => join(cassettes, `${name}.json.part`);
  for (const { name } of stage.scenarios) rmSync(unfinished(name), { force: true });
  const settingsFor = (name: string) => ({
    mode: 'record' as const,
    cassette: unfinished(name),
    scrub,
    ...liveSettings(settings),
  });
  const live = limitedSide(understudySide({ ...options, name: 'live', kind: 'live', settingsFor }), budgetOf(settings));
  const report = await play(simulateSide(options), live, settings, stage, stop);

  const whole = report.scenarios.filter(({ interrupted, compared }) => interrupted === undefined && compared);
  for (const { name } of whole) renameSync(unfinished(name), join(cassettes, `${name}.json`));
  for (const { name } of stage.scenarios) rmSync(unfinished(name), { force: true });
  note(join(cassettes, 'verified.json'), whole, settings.upstream ?? capability.baseUri);
  process.stdout.write(`\n${terminalReport(report, settings.colours)}`);
  say(`${whole.length} of ${stage.scenarios.length} scenarios recorded in ${cassettes}\n`);
  return report.outcome === 'incomplete' ? 2 : 0;
}

/** Scenarios that were not recorded this time keep their entry. */
function note(file: string, reports: readonly ScenarioReport[], upstream: string): void {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Verified).scenarios : {};
  const now = Object.fromEntries(reports.map((report) => [report.name, verifiedOf(report, upstream)]));
  const scenarios = Object.fromEntries(Object.entries({ ...before, ...now }).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ 'understudy-verified': 1, scenarios } satisfies Verified, null, 2)}\n`);
}

function verifiedOf({ steps, skipped, drifts }: ScenarioReport, upstream: string): VerifiedScenario {
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
