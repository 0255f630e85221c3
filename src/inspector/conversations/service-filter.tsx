import type { JSX } from 'preact';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { world } from '../data/route.js';
import type { Service } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';

/** Services beyond this number are not offered. */
const MAX_OPTIONS = 200;

interface ServiceFilterProps {
  /** A service SID, or `''` for all services. */
  readonly value: string;
  readonly onChange: (sid: string) => void;
}

/** A filter by service. Account-level paths show the conversations of the default service. Hidden if there is one service. */
export function ServiceFilter({ value, onChange }: ServiceFilterProps): JSX.Element | null {
  const { value: found } = useLiveQuery(
    () => queryControl<{ services: readonly Service[] }>('services.list', { limit: MAX_OPTIONS }),
    [world.value],
    mayChangeRecords,
  );
  if (found === undefined || found.services.length < 2) return null;
  return (
    <select
      aria-label="Service or account level"
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    >
      <option value="">Any service</option>
      {found.services.map(({ sid, friendly_name: name, default: isDefault }) => (
        <option key={sid} value={sid}>
          {isDefault ? `${name} (default service, account level)` : name}
        </option>
      ))}
    </select>
  );
}
