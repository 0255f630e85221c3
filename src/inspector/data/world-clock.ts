import { computed, signal } from '@preact/signals';
import type { Clock } from './types.js';

interface Reading extends Clock {
  /** Epoch milliseconds on the browser's clock when the server reported this reading. */
  readonly receivedAt: number;
}

const reading = signal<Reading | undefined>(undefined);
const tick = signal(Date.now());
setInterval(() => (tick.value = Date.now()), 1000);

export function setWorldClock(clock: Clock): void {
  tick.value = Date.now();
  reading.value = { ...clock, receivedAt: Date.now() };
}

const current = computed(() => {
  if (reading.value === undefined) return new Date(tick.value).toISOString();
  const { mode, now, receivedAt } = reading.value;
  return mode === 'manual' ? now : new Date(Date.parse(now) + Math.max(0, tick.value - receivedAt)).toISOString();
});

/** The world's current time as an ISO string. A running clock is extrapolated from the server's last reading. */
export const worldNow = (): string => current.value;
