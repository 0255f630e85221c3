import { signal } from '@preact/signals';
import { ask, look } from './api.js';
import { defaultAccount, onChanges } from './events.js';
import { paced } from './live.js';
import type { Health, WorldEntry } from './types.js';

export const health = signal<Health | undefined>(undefined);
export const worlds = signal<readonly WorldEntry[]>([]);

/** Only the simulator has worlds; in the other modes the page shows what passes and changes nothing. */
export const isSimulated = (): boolean => health.value?.mode === 'simulate';

function isKnown(account: string | null | undefined): boolean {
  return (account ?? undefined) === undefined || worlds.value.some((entry) => entry.account_sid === account);
}

/** Where calls reach Twilio itself, the page only shows: one click must not make production fail. */
export const mayChange = (): boolean => health.value?.mode === 'simulate' || health.value?.mode === 'replay';

/** Keeps what every part of the page needs. */
export function keepServer(): void {
  const refresh = paced(async () => {
    health.value = await ask<Health>('health').catch(() => health.peek());
    if (health.value?.mode !== 'simulate') return;
    worlds.value = (await look<{ worlds: readonly WorldEntry[] }>('worlds.list').catch(() => ({ worlds: [] }))).worlds;
    defaultAccount.value = worlds.value.find((entry) => entry.default)?.account_sid;
  });
  onChanges((changes) => {
    if (changes === null || changes.some((each) => !isKnown(each.account) || each.name?.startsWith('worlds.') === true))
      refresh();
  });
}
