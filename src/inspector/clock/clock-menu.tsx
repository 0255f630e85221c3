import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { act, look } from '../base/api.js';
import { isHere } from '../base/events.js';
import { useLive } from '../base/live.js';
import { world } from '../base/route.js';
import { Time, span } from '../base/time.js';
import type { Clock } from '../base/types.js';
import { Button } from '../base/widgets.js';
import { now, setClock } from '../base/clock-state.js';

const steps = [
  ['PT10S', '10 s'],
  ['PT1M', '1 min'],
  ['PT1H', '1 h'],
  ['P1D', '1 day'],
  ['P7D', '7 days'],
] as const;

const modes = [
  ['real', 'Real', 'runs as the machine’s clock does'],
  ['manual', 'Manual', 'stands still until it is moved'],
  ['auto', 'Auto', 'jumps to what is due as soon as nothing else goes on'],
] as const;

/** The world's clock: always in sight, as everything in the world goes by it. */
export function ClockMenu(): JSX.Element {
  const menu = useRef<HTMLDetailsElement>(null);
  const { value: clock, refresh } = useLive(() => look<Clock>('clock.show'), [world.value], isHere);
  useEffect(() => {
    if (clock !== undefined) setClock(clock);
  }, [clock]);
  useEffect(() => {
    const away = ({ target }: Event): void => {
      if (menu.current?.contains(target as Node) === false) menu.current.open = false;
    };
    addEventListener('pointerdown', away);
    return () => removeEventListener('pointerdown', away);
  }, []);
  return (
    <details
      class="clock"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || menu.current?.open !== true) return;
        menu.current.open = false;
        // Else it would lead back to the list as well.
        event.stopPropagation();
      }}
    >
      <summary>
        <span class="hidden">Clock of the world: </span>
        <span class="face" aria-hidden="true">
          ◷
        </span>
        <Time at={now()} />
        {clock !== undefined && clock.mode !== 'real' && <small>{clock.mode}</small>}
      </summary>
      {clock !== undefined && <Panel clock={clock} refresh={refresh} />}
    </details>
  );
}

function Panel({ clock, refresh }: { readonly clock: Clock; readonly refresh: () => void }): JSX.Element {
  const [duration, setDuration] = useState('PT24H');
  const run = (control: string, input: object) => async (): Promise<void> => {
    await act(control, { ...input });
    refresh();
  };
  return (
    <div class="panel">
      <p>
        {clock.next_due === null ? (
          'Nothing is due by itself.'
        ) : (
          <>
            Next is due at <Time at={clock.next_due} beside={now()} />, in {span(now(), clock.next_due)}.
          </>
        )}
      </p>
      <div class="actions" role="group" aria-label="Advance the clock">
        {steps.map(([by, label]) => (
          <Button key={by} run={run('clock.advance', { by })} done={`${label} later`}>
            +{label}
          </Button>
        ))}
        <Button run={run('clock.run-to-idle', {})} done="Nothing is due any more" disabled={clock.next_due === null}>
          Until nothing is due
        </Button>
      </div>
      <div class="actions">
        <input
          aria-label="Duration"
          value={duration}
          onInput={({ currentTarget }) => setDuration(currentTarget.value)}
        />
        <Button run={run('clock.advance', { by: duration })} done="Advanced">
          Advance
        </Button>
      </div>
      <fieldset>
        <legend>How it runs</legend>
        {modes.map(([mode, label, what]) => (
          <label key={mode}>
            <input
              type="radio"
              name="clock-mode"
              checked={clock.mode === mode}
              onChange={() => void run('clock.set', { mode })()}
            />
            <strong>{label}</strong> {what}
          </label>
        ))}
      </fieldset>
    </div>
  );
}
