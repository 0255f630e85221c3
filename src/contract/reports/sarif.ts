import type { Drift } from '../model/drift.js';
import type { KnownDrift } from '../model/known-drift.js';
import type { SuiteReport } from '../run/run-suite.js';
import { describeCause, causesOf } from './findings/causes.js';
import { explanationLines } from './findings/explain-drift.js';
import { KINDS } from './findings/kinds.js';
import { problemsOf, SECTIONS, verdict } from './findings/labels.js';

/** Where a difference is shown: the step in the user's scenario file, or the operation in a file of this package. */
export interface SourceLocation {
  /** A relative reference with `/`, or a `file:` URL. */
  readonly uri: string;
  /** From 1. */
  readonly line: number;
  /** The file belongs to this package, and the URI is relative to the package's folder. */
  readonly isPackaged?: boolean;
}

export interface SourceLocations {
  ofStep(place: Pick<Drift, 'scenario' | 'step' | 'operation'>): SourceLocation;
  ofKnownDrift(known: KnownDrift): SourceLocation;
}

const PACKAGE = 'PACKAGE';
const STALE = 'known-drift';

/** SARIF 2.1.0, for code scanning. */
export function sarifReport(report: SuiteReport, locations: SourceLocations, version: string): string {
  const { started, milliseconds, outcome, scenarios } = report;
  const problems = problemsOf(scenarios);
  const run = {
    tool: { driver: { name: 'understudy contract', semanticVersion: version, rules: rules() } },
    invocations: [
      {
        executionSuccessful: outcome !== 'incomplete',
        startTimeUtc: started,
        endTimeUtc: new Date(Date.parse(started) + milliseconds).toISOString(),
        toolExecutionNotifications: problems.map(([label, text]) => ({
          level: 'error',
          message: { text: `${label}: ${text}` },
        })),
      },
    ],
    originalUriBaseIds: { [PACKAGE]: { description: { text: 'The folder of the package twilio-understudy.' } } },
    properties: { verdict: verdict(report) },
    results: [
      ...report.drifts.map((drift) => resultOf(drift, report, locations.ofStep(drift))),
      ...report.stale.map(({ known, why }) => ({
        ruleId: STALE,
        level: 'error',
        message: { text: `${known.scenario} · ${known.step} · ${known.path}: ${why} (${known.reason})` },
        locations: [physical(locations.ofKnownDrift(known))],
        partialFingerprints: { drift: `${known.scenario}/${known.step}/${known.path}/${STALE}` },
      })),
    ],
  };
  const sarif = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

const REPEAT = 'Repeat one scenario with: understudy contract --only SCENARIO';

function rules() {
  const kinds = Object.entries(KINDS).map(([id, { label, meaning }]) => ruleOf(id, label, `${meaning} ${READ}`));
  return [...kinds, ruleOf(STALE, SECTIONS.stale, `An entry of the list of known drift is out of date. ${REPEAT}`)];
}

const READ = `The message names the operation, the path in the response, and the expected and the actual value. ${REPEAT}`;

function ruleOf(id: string, label: string, help: string) {
  return { id, shortDescription: { text: label }, help: { text: help } };
}

function resultOf(drift: Drift, report: SuiteReport, location: SourceLocation) {
  const { scenario, step, operation, path, kind } = drift;
  const explanation = explanationLines(drift, report).map(([label, value]) => `${label}: ${value}`);
  const [cause] = causesOf([drift]);
  return {
    ruleId: kind,
    level: 'error',
    message: { text: [cause && describeCause(cause), `${scenario} · ${step}`, path, ...explanation].join('\n') },
    locations: [
      { ...physical(location), logicalLocations: [{ fullyQualifiedName: `${scenario}/${step}/${operation}` }] },
    ],
    partialFingerprints: { drift: `${scenario}/${step}/${path}/${kind}` },
  };
}

function physical({ uri, line, isPackaged = false }: SourceLocation) {
  const artifactLocation = { uri, ...(isPackaged && { uriBaseId: PACKAGE }) };
  return { physicalLocation: { artifactLocation, region: { startLine: line } } };
}
