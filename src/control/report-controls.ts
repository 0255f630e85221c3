import type { Json } from '../core/body.js';
import type { Control } from '../core/control.js';
import { UnderstudyError } from '../core/errors.js';
import { type ControlParts, namingUnanswered, ownProperty } from './parts.js';

/** Controls that store the latest report of the contract suite, so that the inspector can show it. */
export function reportControls({ shared }: ControlParts): readonly Control[] {
  let stored: Json = null;
  return [
    {
      name: 'contract.show',
      description: 'Returns the stored report of the contract suite; null if there is none.',
      changes: false,
      input: { properties: ownProperty },
      async run(_, { own }) {
        if (stored !== null || own === true || shared === undefined) return { report: stored };
        const { answers, unanswered } = await shared.others.ask('contract.show', {});
        const theirs = answers.map(({ value }) => value['report']).find((report) => (report ?? null) !== null);
        return { report: theirs ?? null, ...namingUnanswered(unanswered) };
      },
    },
    {
      name: 'contract.keep',
      description:
        'Stores a report from `understudy contract --report json=FILE`, so that the inspector can show it. Replaces the ' +
        'report stored before.',
      changes: true,
      input: {
        properties: { report: { type: 'object', description: 'The content of the report file.' }, ...ownProperty },
        required: ['report'],
      },
      async run(_, { report = null, own }) {
        if (!isReport(report)) {
          const message = '`report` must be the content of a file from `understudy contract --report json=FILE`.';
          throw new UnderstudyError('UNDERSTUDY_BAD_REQUEST', message);
        }
        stored = report;
        const asked = own === true ? undefined : await shared?.others.ask('contract.keep', { report });
        return namingUnanswered(asked?.unanswered ?? []);
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
