import { modes } from './modes/index.js';
import type { Settings } from './settings.js';

/** What a server on a shared database takes, in milliseconds: its worlds move to other servers, which may have to load them. */
const SHARED = { lameDuckMs: 2000, drainMs: 10_000 };

/** How long a server still accepts calls after a stop signal, and how long calls in flight may take after that. */
export function stopTimes({ mode, store, lameDuck, drain }: Settings): { lameDuckMs: number; drainMs: number } {
  const defaults = store === undefined ? modes[mode] : SHARED;
  return { lameDuckMs: lameDuck ?? defaults.lameDuckMs, drainMs: drain ?? defaults.drainMs };
}
