import type { Drift } from '../model/drift.js';
import type { SuiteReport } from '../run/run-suite.js';
import { explainDrift } from './explain-drift.js';
import { KIND_LABELS } from './labels.js';

/**
 * SARIF 2.1.0, for code scanning. The location of a drift is its scenario.
 * @param files the files of scenarios that were read from a file, by scenario name
 */
export function sarifReport(report: SuiteReport, files: ReadonlyMap<string, string>, version: string): string {
  const rules = Object.entries(KIND_LABELS).map(([id, text]) => ({
    id,
    shortDescription: { text },
    help: {
      text: `${text}. The message names the operation, the path in the response and both values. Repeat one scenario with: understudy contract --only SCENARIO`,
    },
  }));
  const driver = { name: 'understudy contract', semanticVersion: version, rules };
  const results = report.drifts.map((drift) => resultOf(drift, report, files.get(drift.scenario)));
  const sarif = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, results }],
  };
  return `${JSON.stringify(sarif, null, 2)}\n`;
}

function resultOf(drift: Drift, report: SuiteReport, file = `contract/${drift.scenario}`) {
  const explanation = explainDrift(drift, report).map(([label, value]) => `${label}: ${value}`);
  const { scenario, step, operation, path, kind } = drift;
  return {
    ruleId: kind,
    level: 'error',
    message: {
      text: [`${operation}, ${step}: ${path === '' ? '' : `${path}: `}${KIND_LABELS[kind]}`, ...explanation].join('\n'),
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file } },
        logicalLocations: [{ fullyQualifiedName: `${scenario}/${step}/${operation}` }],
      },
    ],
    partialFingerprints: { drift: `${scenario}/${step}/${path}/${kind}` },
  };
}
