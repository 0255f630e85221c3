import type { Drift } from '../model/drift.js';
import type { SuiteReport } from '../run/run-suite.js';
import { KINDS, sayings } from './explain-drift.js';

/** SARIF 2.1.0, for code scanning. Each drift points at the scenario that shows it. */
export function sarifReport(report: SuiteReport, files: ReadonlyMap<string, string>, version: string): string {
  const rules = Object.entries(KINDS).map(([id, text]) => ({ id, shortDescription: { text } }));
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
  const said = sayings(drift, report).map(([who, what]) => `${who}: ${what}`);
  const { scenario, step, operation, path, kind } = drift;
  return {
    ruleId: kind,
    level: 'error',
    message: { text: [`${operation}, ${step}: ${path === '' ? '' : `${path}: `}${KINDS[kind]}`, ...said].join('\n') },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file } },
        logicalLocations: [{ fullyQualifiedName: `${scenario}/${step}/${operation}` }],
      },
    ],
    partialFingerprints: { drift: `${scenario}/${step}/${path}/${kind}` },
  };
}
