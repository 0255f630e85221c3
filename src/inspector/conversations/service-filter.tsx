import type { JSX } from 'preact';
import { look } from '../base/api.js';
import { changesRecords } from '../base/events.js';
import { useLive } from '../base/live.js';
import { world } from '../base/route.js';
import type { Service } from '../base/types.js';

/** As many as one would choose from; beyond that, search is quicker. */
const MOST = 200;

interface Props {
  readonly value: string;
  readonly set: (sid: string) => void;
}

/** Which service's conversations are listed, where there are several. */
export function ServiceChoice({ value, set }: Props): JSX.Element | null {
  const { value: found } = useLive(
    () => look<{ services: readonly Service[] }>('services.list', { limit: MOST }),
    [world.value],
    changesRecords,
  );
  if (found === undefined || found.services.length < 2) return null;
  return (
    <select aria-label="Service" value={value} onChange={({ currentTarget }) => set(currentTarget.value)}>
      <option value="">Any service</option>
      {found.services.map(({ sid, friendly_name: name }) => (
        <option key={sid} value={sid}>
          {name}
        </option>
      ))}
    </select>
  );
}
