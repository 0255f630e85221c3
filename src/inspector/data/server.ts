import { signal } from '@preact/signals';
import { queryControl, requestJson } from './api.js';
import { type Change, defaultAccount, onChanges } from './change-events.js';
import { coalesce } from './coalesce.js';
import type { Health, WorldEntry } from './types.js';

export const health = signal<Health | undefined>(undefined);
export const worlds = signal<readonly WorldEntry[]>([]);

/** Only the simulator has worlds. In the other modes the page shows the traffic and changes nothing. */
export const isSimulated = (): boolean => health.value?.mode === 'simulate';

/** False where calls reach Twilio: the page must not be able to break production with a click. */
export const canMakeChanges = (): boolean => health.value?.mode === 'simulate' || health.value?.mode === 'replay';

/** Keeps the server's mode and list of worlds up to date. */
export function watchServer(): void {
  const refresh = coalesce(async () => {
    health.value = await requestJson<Health>('health').catch(() => health.peek());
    if (health.value?.mode !== 'simulate') return;
    const list = await queryControl<{ worlds: readonly WorldEntry[] }>('worlds.list').catch(() => undefined);
    if (list === undefined) return;
    worlds.value = list.worlds;
    defaultAccount.value = list.worlds.find((entry) => entry.default)?.account_sid;
  });
  onChanges((changes) => {
    if (changes === null || changes.some(mayChangeWorlds)) refresh();
  });
}

/** A new account means a new world. */
function mayChangeWorlds({ account, name }: Change): boolean {
  return !isKnown(account) || name?.startsWith('worlds.') === true;
}

function isKnown(account: string | null | undefined): boolean {
  return (account ?? undefined) === undefined || worlds.value.some((entry) => entry.account_sid === account);
}
