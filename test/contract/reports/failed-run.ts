import { runSuite, type SuiteReport } from '../../../src/contract/run/run-suite.js';
import { role } from '../../../src/contract/scenarios/role.js';
import { published, simulator, wrappedSimulator } from '../helpers.js';

/** A run in which the right side returns a wrong name, with characters that reports must escape. */
export function failedRun(): Promise<SuiteReport> {
  run ??= playFailedRun();
  return run;
}

/** Reports do not change it, so the tests of a file share it. */
let run: Promise<SuiteReport> | undefined;

async function playFailedRun(): Promise<SuiteReport> {
  const right = wrappedSimulator((baseline) => ({
    async call(operation, input, signal) {
      const answer = await baseline.call(operation, input, signal);
      if (operation.name !== 'createservicerole' || answer.status !== 201) return answer;
      return { ...answer, body: { ...(answer.body as object), friendly_name: '<b>"x" & `y` | z</b>\u0007' } };
    },
  }));
  return runSuite({ scenarios: [role], left: simulator(), right, published });
}

/** A run with everything that reports can show: several differences in a step, skipped steps, errors, and known drift. */
export async function eventfulRun(): Promise<SuiteReport> {
  const report = await failedRun();
  const [drift] = report.drifts;
  const [scenario] = report.scenarios;
  if (drift === undefined || scenario === undefined) throw new Error('The run has no drift.');
  const [first, ...others] = scenario.transcript.steps;
  if (first === undefined) throw new Error('The scenario has no step.');
  const known = { ...drift, reason: 'a "reason" & more', expires: '2026-01-31' };
  return {
    ...report,
    outcome: 'incomplete',
    drifts: [drift, { ...drift, path: 'type', expected: 'service', actual: 'conversation' }],
    accepted: [{ drift, known }],
    stale: [{ known, why: 'it expired on 2026-01-31' }],
    scenarios: [
      {
        ...scenario,
        interrupted: 'the target does not answer',
        leftovers: ['Roles <RL1>'],
        skipped: [{ step: first.step.name, why: 'needs <a phone>' }],
        transcript: {
          ...scenario.transcript,
          steps: [
            { step: first.step, skipped: 'needs <a phone>', differences: [], checks: { expected: 0, shapes: 0 } },
            ...others,
          ],
        },
      },
    ],
  };
}
