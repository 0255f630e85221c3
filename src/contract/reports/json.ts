import type { SuiteReport } from '../run/run-suite.js';

/** The complete report as JSON, without the transcripts. */
export function jsonReport(report: SuiteReport): string {
  const scenarios = report.scenarios.map(({ transcript: _transcript, responses: _responses, drifts, ...scenario }) => ({
    ...scenario,
    drifts: drifts.length,
    milliseconds: Math.round(scenario.milliseconds),
  }));
  const { outcome, left, right = null, started, drifts, accepted, stale, fidelity, responses, milliseconds } = report;
  const json = {
    'understudy-contract': 1,
    outcome,
    left,
    right,
    started,
    milliseconds: Math.round(milliseconds),
    drifts,
    accepted,
    stale,
    scenarios,
    fidelity,
    responses,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
