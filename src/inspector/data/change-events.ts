import { effect, signal } from '@preact/signals';
import { createParser } from 'eventsource-parser';
import { isLocked, open, token } from './api.js';
import { world } from './route.js';

/** What the server tells of, see the feed of the engine. */
export interface Change {
  readonly kind: 'exchange' | 'violations' | 'journal-cleared' | 'delivery' | 'world' | 'control';
  readonly id?: number;
  readonly account?: string | null;
  readonly wrote?: boolean;
  readonly name?: string;
}

export const connection = signal<'connecting' | 'open' | 'lost'>('connecting');
/** The SID of the account of callers who name none. */
export const defaultAccount = signal<string | undefined>(undefined);

/** `null`: much has changed, or some of it was missed. */
type Listener = (changes: readonly Change[] | null) => void;
const listeners = new Set<Listener>();
const AGAIN = 1000;

export function onChanges(listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whether a change is one of the world that is shown. */
export function isHere({ account }: Change): boolean {
  const shown = world.peek() ?? defaultAccount.peek();
  return account === undefined || (account ?? defaultAccount.peek()) === shown || shown === undefined;
}

/** Whether records of the world that is shown may be others now. */
export function changesRecords(change: Change): boolean {
  if (change.kind === 'control') return change.name?.startsWith('worlds.') === true || isHere(change);
  return isHere(change) && (change.kind === 'world' || (change.kind === 'exchange' && change.wrote === true));
}

/** Listens as long as the page is open. Not by EventSource: that cannot send a token in a header. */
export function listen(): void {
  effect(() => {
    if (isLocked.value) return undefined;
    void token.value;
    const controller = new AbortController();
    void stay(controller.signal);
    return () => controller.abort();
  });
}

async function stay(ending: AbortSignal): Promise<void> {
  while (!ending.aborted && !isLocked.peek()) {
    await follow(ending).catch(() => undefined);
    if (ending.aborted) return;
    connection.value = 'lost';
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

async function follow(ending: AbortSignal): Promise<void> {
  const response = await open('events', { signal: ending });
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
