import { effect, signal } from '@preact/signals';
import { createParser } from 'eventsource-parser';
import { needsToken, send, token } from './api.js';
import { world } from './route.js';

/** A change as the server's event stream reports it (`Change` in src/engine/feed.ts). */
export interface Change {
  readonly kind: 'exchange' | 'violations' | 'journal-cleared' | 'delivery' | 'world' | 'control';
  readonly id?: number;
  readonly account?: string | null;
  readonly wrote?: boolean;
  readonly name?: string;
}

export const connection = signal<'connecting' | 'open' | 'lost'>('connecting');
/** The account SID of the world that serves callers without one. */
export const defaultAccount = signal<string | undefined>(undefined);

/** `null` means that events were dropped or too many to list, so everything must be reloaded. */
type Listener = (changes: readonly Change[] | null) => void;
const listeners = new Set<Listener>();
const RECONNECT_DELAY_MS = 1000;

export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function isInShownWorld({ account }: Change): boolean {
  const shown = world.peek() ?? defaultAccount.peek();
  return account === undefined || (account ?? defaultAccount.peek()) === shown || shown === undefined;
}

/** Whether records of the shown world may have changed. */
export function mayChangeRecords(change: Change): boolean {
  if (change.kind === 'control') return change.name?.startsWith('worlds.') === true || isInShownWorld(change);
  return isInShownWorld(change) && (change.kind === 'world' || (change.kind === 'exchange' && change.wrote === true));
}

/** Follows the event stream while the page is open. `EventSource` cannot send the token header, so this uses fetch. */
export function connectEvents(): void {
  effect(() => {
    if (needsToken.value) return undefined;
    // Reconnects when the token changes.
    void token.value;
    const controller = new AbortController();
    void keepConnected(controller.signal);
    return () => controller.abort();
  });
}

async function keepConnected(abort: AbortSignal): Promise<void> {
  while (!abort.aborted && !needsToken.peek()) {
    await readEvents(abort).catch(() => undefined);
    if (abort.aborted) return;
    connection.value = 'lost';
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_DELAY_MS));
  }
}

async function readEvents(abort: AbortSignal): Promise<void> {
  const response = await send('events', { signal: abort });
  if (!response.ok || response.body === null) return;
  connection.value = 'open';
  const parser = createParser({
    onEvent({ data }) {
      const changes = JSON.parse(data) as Change[] | null;
      for (const listener of listeners) listener(changes);
    },
  });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    parser.feed(value);
  }
}
