import type { JSX } from 'preact';
import { queryControl } from '../data/api.js';
import { href } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { BarTable } from './bar-table.js';

/** The part of a contract report that counts checks (`Fidelity` in src/contract/model/fidelity.ts). */
interface Coverage {
  readonly operation: string;
  readonly answers: number;
  readonly compared: number;
  readonly shapes: number;
  readonly expected: Readonly<Record<string, number>>;
  readonly drifts: number;
}

/** How much of each operation the last contract run has checked. Hidden if no report was loaded. */
export function CoverageChart(): JSX.Element | null {
  const { value } = useLiveQuery(
    () => queryControl<{ report: { fidelity?: readonly Coverage[] } | null }>('contract.show'),
    [],
    ({ name }) => name === 'contract.keep',
  );
  const coverage = value?.report?.fidelity;
  if (coverage === undefined || coverage.length === 0) return null;
  return (
    <>
      <BarTable
        title="Contract coverage"
        columns={['Operation', 'Calls', 'Checks', 'Differences']}
        rows={coverage
          .map((each) => ({ ...each, checks: checksOf(each) }))
          .toSorted((a, b) => a.checks - b.checks)
          .map(({ operation, answers, checks, drifts }) => ({
            key: operation,
            name: operation,
            cells: [answers, checks, drifts],
            value: checks,
            tone: drifts > 0 ? 'bad' : 'good',
          }))}
      />
      <p>
        <a href={href('contract')}>Contract report</a>
      </p>
    </>
  );
}

function checksOf({ compared, shapes, expected }: Coverage): number {
  return compared + shapes + Object.values(expected).reduce((sum, count) => sum + count, 0);
}
