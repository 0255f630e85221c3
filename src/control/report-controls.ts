import type { Json } from '../core/body.js';
import type { Control } from '../core/control.js';
import { UnderstudyError } from '../core/errors.js';

/** Controls that store the latest report of the contract suite, so that the inspector can show it. */
export function reportControls(): readonly Control[] {
  let stored: Json = null;
  return [
    {
      name: 'contract.show',
      description: 'Returns the stored report of the contract suite; null if there is none.',
      changes: false,
      input: { properties: {} },
      run: () => ({ report: stored }),
    },
    {
      name: 'contract.keep',
      description:
        'Stores a report from `understudy contract --report json=FILE`, so that the inspector can show it. Replaces the ' +
        'report stored before.',
      changes: true,
      input: {
        properties: { report: { type: 'object', description: 'The content of the report file.' } },
        required: ['report'],
      },
      run(_, { report = null }) {
        if (!isReport(report)) {
          const message = '`report` must be the content of a file from `understudy contract --report json=FILE`.';
          throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
        }
        stored = report;
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
    ['drifts', 'accepted', 'stale', 'scenarios', 'fidelity'].every((key) => Array.isArray(report[key]))
  );
}
