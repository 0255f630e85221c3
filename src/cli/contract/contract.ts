/** `understudy contract`: compares two sides and reports. */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPackagedCapability } from '../../capability/packaged.js';
import type { ContractSettings, ReportFormat } from './options.js';
import { hasCassettes, play, prepare, say, sideOf } from './setup.js';
import { readKnownDrift } from '../../contract/model/known-drift.js';
import { githubSummary } from '../../contract/reports/github.js';
import { htmlReport } from '../../contract/reports/html.js';
import { jsonReport } from '../../contract/reports/json.js';
import { junitReport } from '../../contract/reports/junit.js';
import { sarifReport } from '../../contract/reports/sarif.js';
import { terminalReport } from '../../contract/reports/terminal.js';
import type { SuiteReport } from '../../contract/run/run-suite.js';
import { packageFile } from '../../util/package-files.js';
import { packageVersion } from '../../util/version.js';

/** 0: the sides agree. 1: they differ. 2: the run could not begin, or not come to its end. */
export type ContractExit = 0 | 1 | 2;

const EXITS: Readonly<Record<SuiteReport['outcome'], ContractExit>> = { agree: 0, drift: 1, incomplete: 2 };

/** A project's own list, where it has one. */
const OWN_KNOWN_DRIFT = 'fixtures/known-drift.yaml';
const packagedKnownDrift = fileURLToPath(packageFile('fixtures/known-drift.yaml'));

/** Compares two sides, writes the reports, and gives the exit code. */
export async function runContract(settings: ContractSettings, stop: AbortSignal): Promise<ContractExit> {
  const stage = prepare(settings, await loadPackagedCapability());
  const left = sideOf(settings.left, settings, stage);
  const rightName = settings.right ?? (hasCassettes(settings.cassettes) ? 'replay' : undefined);
  const right = rightName === undefined ? undefined : sideOf(rightName, settings, stage);
  if (right === undefined) {
    say(`There are no recordings in ${settings.cassettes}: held against expectations and published shapes alone.\n`);
  }
  const known = readKnownDrift(
    settings.knownDrift ?? (existsSync(OWN_KNOWN_DRIFT) ? OWN_KNOWN_DRIFT : packagedKnownDrift),
  );
  const report = await play(left, right, settings, stage, stop, known);
  const files = new Map(
    stage.scenarios.flatMap(({ name, file }) => (file === undefined ? [] : [[name, file] as const])),
  );
  writeReports(report, settings, files);
  process.stdout.write(`\n${terminalReport(report, settings.colours)}`);
  return EXITS[report.outcome];
}

function writeReports(report: SuiteReport, settings: ContractSettings, files: ReadonlyMap<string, string>): void {
  const texts: Record<ReportFormat, () => string> = {
    junit: () => junitReport(report),
    json: () => jsonReport(report),
    html: () => htmlReport(report),
    sarif: () => sarifReport(report, files, packageVersion()),
  };
  for (const [format, file] of Object.entries(settings.report)) writeFileSync(file, texts[format as ReportFormat]());
  if (settings.summaryFile !== undefined) appendFileSync(settings.summaryFile, githubSummary(report));
}
