/** `understudy contract`: compares two sides and writes the reports. */
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadPackagedCapability } from '../../capability/packaged.js';
import { readKnownDrift } from '../../contract/model/known-drift.js';
import { githubSummary } from '../../contract/reports/github.js';
import { htmlReport } from '../../contract/reports/html.js';
import { jsonReport } from '../../contract/reports/json.js';
import { junitReport } from '../../contract/reports/junit.js';
import { sarifReport, type SourceLocations } from '../../contract/reports/sarif.js';
import { terminalReport } from '../../contract/reports/terminal.js';
import { tolerancesText } from '../../contract/reports/tolerances.js';
import type { SuiteReport } from '../../contract/run/run-suite.js';
import { packageFile } from '../../util/package-files.js';
import { packageVersion } from '../../util/version.js';
import { checkDestinations } from './destinations.js';
import type { ContractSettings, ReportFormat } from './options.js';
import { sourceLocations } from './source-locations.js';
import { hasCassettes, prepareContract, runSides, sidesOf, writeProgress } from './setup.js';

/** 0: the sides agree. 1: they differ. 2: the run could not start or finish. */
export type ContractExit = 0 | 1 | 2;

const EXIT_CODES: Readonly<Record<SuiteReport['outcome'], ContractExit>> = { agree: 0, drift: 1, incomplete: 2 };

/** The known drift of the current project; it takes precedence over the list in this package. */
const PROJECT_KNOWN_DRIFT = 'fixtures/known-drift.yaml';

/** Compares two sides, writes the reports, and returns the exit code. */
export async function runContract(settings: ContractSettings, stop: AbortSignal): Promise<ContractExit> {
  const setup = prepareContract(settings, await loadPackagedCapability());
  if (settings.explain) {
    process.stdout.write(tolerancesText(setup.scenarios));
    return EXIT_CODES.agree;
  }
  checkDestinations([
    ...Object.entries(settings.report).map(([format, file]) => [`--report ${format}=${file}`, file] as const),
    ...(settings.summaryFile === undefined ? [] : [['GITHUB_STEP_SUMMARY', settings.summaryFile] as const]),
  ]);
  const rightName = settings.right ?? (hasCassettes(settings.cassettes) ? 'replay' : undefined);
  const { left, right } = sidesOf({ left: settings.left, right: rightName }, settings, setup);
  if (right === undefined) {
    writeProgress(
      `There are no recordings in ${settings.cassettes}, so only expectations and published schemas are checked. Record with understudy record, or choose a right side with --right.\n`,
    );
  }
  const knownDrift = settings.knownDrift ?? defaultKnownDrift();
  const known = readKnownDrift(knownDrift);
  const report = await runSides(left, right, settings, setup, stop, known);
  // First, because it must not be lost if a file cannot be written.
  process.stdout.write(`\n${terminalReport(report, settings.colours)}`);
  writeReports(report, settings, sourceLocations(setup.scenarios, knownDrift));
  writeProgress(reportsNote(report, settings.report));
  return EXIT_CODES[report.outcome];
}

/** Which files were written, and where whole responses are. */
function reportsNote({ drifts }: SuiteReport, files: ContractSettings['report']): string {
  const names = Object.values(files);
  const written = names.length === 0 ? '' : `Wrote ${names.join(', ')}.\n`;
  if (drifts.length === 0) return written;
  const { html = '' } = files;
  return html === ''
    ? `${written}To see the whole responses, add --report html=FILE.\n`
    : `${written}${html} shows the whole responses.\n`;
}

function defaultKnownDrift(): string {
  return existsSync(PROJECT_KNOWN_DRIFT) ? PROJECT_KNOWN_DRIFT : fileURLToPath(packageFile(PROJECT_KNOWN_DRIFT));
}

function writeReports(report: SuiteReport, settings: ContractSettings, locations: SourceLocations): void {
  const formatters: Record<ReportFormat, () => string> = {
    junit: () => junitReport(report),
    json: () => jsonReport(report),
    html: () => htmlReport(report),
    sarif: () => sarifReport(report, locations, packageVersion()),
  };
  for (const [format, file] of Object.entries(settings.report)) {
    writeFileSync(file, formatters[format as ReportFormat]());
  }
  if (settings.summaryFile !== undefined) appendFileSync(settings.summaryFile, githubSummary(report));
}
