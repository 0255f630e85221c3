import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { queryControl } from '../data/api.js';
import { href } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { type Fault, isActive } from './fault.js';

/** The number of active faults, with a link to their page. Shown in every view, because faults affect all of them. */
export function FaultChip(): JSX.Element {
  const canBeUsedUp = useRef(false);
  const { value } = useLiveQuery(
    () => queryControl<{ faults: readonly Fault[] }>('faults.list'),
    [],
    ({ kind, name }) =>
      name?.startsWith('faults.') === true || (canBeUsedUp.current && (kind === 'exchange' || kind === 'delivery')),
  );
  const active = value?.faults.filter(isActive) ?? [];
  canBeUsedUp.current = active.some(({ times }) => times !== undefined);
  return (
    <span role="status">
      {active.length > 0 && (
        <a class="fault-chip" href={href('faults')}>
          {active.length === 1 ? '1 fault active' : `${active.length} faults active`}
        </a>
      )}
    </span>
  );
}
