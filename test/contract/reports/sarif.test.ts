import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { sarifReport, type SourceLocations } from '../../../src/contract/reports/sarif.js';
import type { SuiteReport } from '../../../src/contract/run/run-suite.js';
import { eventfulRun, failedRun } from './failed-run.js';

interface Sarif {
  readonly runs: readonly [
    {
      readonly tool: {
        readonly driver: {
          readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[];
        };
      };
      readonly invocations: readonly { readonly executionSuccessful: boolean; readonly startTimeUtc: string }[];
      readonly results: readonly {
        readonly ruleId: string;
        readonly locations: readonly { readonly physicalLocation: object }[];
      }[];
    },
  ];
}

/** The schema of SARIF 2.1.0, as its authors ship it. */
const schema = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
    'utf8',
  ),
) as object;

const locations: SourceLocations = {
  ofStep: () => ({ uri: 'capability/my%20file.yaml', line: 12, isPackaged: true }),
  ofKnownDrift: ({ line = 1 }) => ({ uri: 'known-drift.yaml', line }),
};

const sarifOf = (report: SuiteReport) => JSON.parse(sarifReport(report, locations, '1.2.3')) as Sarif;

function violationsOf(sarif: unknown): unknown {
  const ajv = new Ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  ajv.validate(schema, sarif);
  return ajv.errors;
}

it('a SARIF report is valid by the schema, also after an interrupted run', async () => {
  for (const report of [await failedRun(), await eventfulRun()]) expect(violationsOf(sarifOf(report))).toBeNull();
});

it('a SARIF report that is not valid is noticed', async () => {
  const sarif = sarifOf(await failedRun());
  expect(violationsOf({ ...sarif, runs: [{ ...sarif.runs[0], results: [{ level: 'bad' }] }] })).not.toBeNull();
});

it('a SARIF report defines and explains the rule of every result', async () => {
  const report = await eventfulRun();
  const [{ tool, results }] = sarifOf(report).runs;
  const { rules } = tool.driver;
  expect(results).toHaveLength(report.drifts.length + report.stale.length);
  for (const { ruleId } of results) expect(rules.map(({ id }) => id)).toContain(ruleId);
  expect(rules.filter(({ help }) => !help.text.includes('--only SCENARIO'))).toEqual([]);
});

it('a SARIF report names a file and a line for every result', async () => {
  const [{ results }] = sarifOf(await eventfulRun()).runs;
  const places = results.flatMap((result) => result.locations.map(({ physicalLocation }) => physicalLocation));
  expect(places[0]).toEqual({
    artifactLocation: { uri: 'capability/my%20file.yaml', uriBaseId: 'PACKAGE' },
    region: { startLine: 12 },
  });
  expect(places.at(-1)).toEqual({ artifactLocation: { uri: 'known-drift.yaml' }, region: { startLine: 1 } });
});

it('a SARIF report says when the run was, and whether it finished', async () => {
  const report = await eventfulRun();
  expect(sarifOf(report).runs[0].invocations).toMatchObject([
    { executionSuccessful: false, startTimeUtc: report.started },
  ]);
});
