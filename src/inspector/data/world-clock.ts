import { computed, signal } from '@preact/signals';
import type { Clock } from './types.js';

interface Seen extends Clock {
  /** When this was seen, by the machine's clock. */
  readonly at: number;
}

const seen = signal<Seen | undefined>(undefined);
const tick = signal(Date.now());
setInterval(() => (tick.value = Date.now()), 1000);

export function setClock(clock: Clock): void {
  tick.value = Date.now();
  seen.value = { ...clock, at: Date.now() };
}

/** What the world's clock shows now; between two looks it goes on as the machine's does. */
const shown = computed(() => {
  if (seen.value === undefined) return new Date(tick.value).toISOString();
  const { mode, now, at } = seen.value;
  return mode === 'manual' ? now : new Date(Date.parse(now) + Math.max(0, tick.value - at)).toISOString();
});

export const now = (): string => shown.value;
