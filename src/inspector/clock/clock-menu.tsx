import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../components/button.js';
import { formatDuration, Timestamp } from '../components/timestamp.js';
import { queryControl, runControl } from '../data/api.js';
import { isInShownWorld } from '../data/change-events.js';
import { world } from '../data/route.js';
import type { Clock } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { setWorldClock, worldNow } from '../data/world-clock.js';

const steps = [
  ['PT10S', '10 s'],
  ['PT1M', '1 min'],
  ['PT1H', '1 h'],
  ['P1D', '1 day'],
  ['P7D', '7 days'],
] as const;

const modes = [
  ['real', 'Real', 'follows the system clock'],
  ['manual', 'Manual', 'stands still until advanced'],
  ['auto', 'Auto', 'jumps to the next timer when the server is idle'],
] as const;

/** The world's current time, with a menu to advance it and to change its mode. */
export function ClockMenu(): JSX.Element {
  const menu = useRef<HTMLDetailsElement>(null);
  const { value: clock, refresh } = useLiveQuery(
    () => queryControl<Clock>('clock.show'),
    [world.value],
    isInShownWorld,
  );
  useEffect(() => {
    if (clock !== undefined) setWorldClock(clock);
  }, [clock]);
  useEffect(() => {
    const closeOnOutsidePress = ({ target }: Event): void => {
      if (menu.current?.contains(target as Node) === false) menu.current.open = false;
    };
    addEventListener('pointerdown', closeOnOutsidePress);
    return () => removeEventListener('pointerdown', closeOnOutsidePress);
  }, []);
  return (
    <details
      class="clock"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || menu.current?.open !== true) return;
        menu.current.open = false;
        // Escape would otherwise also close the open entry.
        event.stopPropagation();
      }}
    >
      <summary>
        <span class="visually-hidden">World clock: </span>
        <span aria-hidden="true">◷</span>
        <Timestamp at={worldNow()} />
        {clock !== undefined && clock.mode !== 'real' && <small>{clock.mode}</small>}
      </summary>
      {clock !== undefined && <Panel clock={clock} refresh={refresh} />}
    </details>
  );
}

function Panel({ clock, refresh }: { readonly clock: Clock; readonly refresh: () => void }): JSX.Element {
  const [duration, setDuration] = useState('PT24H');
  const run = (control: string, input: object) => async (): Promise<void> => {
    await runControl(control, { ...input });
    refresh();
  };
  return (
    <div class="panel">
      <p>
        {clock.next_due === null ? (
          'No timer is due.'
        ) : (
          <>
            Next timer: <Timestamp at={clock.next_due} relativeTo={worldNow()} /> (in{' '}
            {formatDuration(worldNow(), clock.next_due)})
          </>
        )}
      </p>
      <div class="actions" role="group" aria-label="Advance the clock">
        {steps.map(([by, label]) => (
          <Button key={by} onPress={run('clock.advance', { by })} done={`Advanced by ${label}`}>
            +{label}
          </Button>
        ))}
        <Button
          onPress={run('clock.run-to-idle', {})}
          done="No timer is due any more"
          disabled={clock.next_due === null}
        >
          Run until idle
        </Button>
      </div>
      <div class="actions">
        <input
          aria-label="Duration"
          value={duration}
          onInput={({ currentTarget }) => setDuration(currentTarget.value)}
        />
        <Button onPress={run('clock.advance', { by: duration })} done="Advanced">
          Advance
        </Button>
      </div>
      <fieldset>
        <legend>Mode</legend>
        {modes.map(([mode, label, description]) => (
          <label key={mode}>
            <input
              type="radio"
              name="clock-mode"
              checked={clock.mode === mode}
              onChange={() => void run('clock.set', { mode })()}
            />
            <strong>{label}</strong> {description}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
