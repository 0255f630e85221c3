import { UnderstudyError } from '../core/errors.js';
import type { Control } from '../core/control.js';
import type { Json } from '../core/body.js';

/** The latest report of the contract suite, for whoever wants to look at it here. */
export function reportControls(): readonly Control[] {
  let kept: Json = null;
  return [
    {
      name: 'contract.show',
      description: 'Shows the report of the contract suite that was kept last; null if none was.',
      changes: false,
      input: { properties: {} },
      run: () => ({ report: kept }),
    },
    {
      name: 'contract.keep',
      description: 'Keeps a report that `understudy contract --report json=FILE` wrote, for the inspector to show.',
      changes: true,
      input: {
        properties: { report: { type: 'object', description: 'The report.' } },
        required: ['report'],
      },
      run(_, { report = null }) {
        if (!isReport(report)) {
          const message = '`report` must be what `understudy contract --report json=FILE` wrote.';
          throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
        }
        kept = report;
        return {};
      },
    },
  ];
}

function isReport(report: Json): boolean {
  return (
    typeof report === 'object' &&
    report !== null &&
    'understudy-contract' in report &&
    report['understudy-contract'] === 1 &&
    ['drifts', 'accepted', 'stale', 'scenarios'].every((key) => Array.isArray(report[key]))
  );
}
