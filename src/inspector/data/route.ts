import { computed, signal } from '@preact/signals';

const readHash = (): string => location.hash.replace(/^#\/?/, '');
const hash = signal(readHash());
addEventListener('hashchange', () => (hash.value = readHash()));

/**
 * The parsed URL fragment, e.g. `#/conversations/CH…/IM…?world=AC…`. Each record and request has its own. Without a section,
 * the page chooses one.
 */
export const route = computed(() => {
  const [path = '', query = ''] = hash.value.split('?', 2);
  const [section = '', ...rest] = decodeURI(path)
    .split('/')
    .filter((part) => part !== '');
  return { section: section === '' ? undefined : section, rest, query: new URLSearchParams(query) };
});

/** The account SID of the world in the URL, or `undefined` for the default world. */
export const world = computed(() => route.value.query.get('world') ?? undefined);

/** A link to a path in the shown world, or in the world of `account`. */
export function href(path: string, account: string | undefined = world.value): string {
  return `#/${path}${account === undefined ? '' : `?world=${account}`}`;
}

/** A link to a path that keeps the query, e.g. the filters of a list. */
export function hrefWithQuery(path: string): string {
  const { query } = route.value;
  return `#/${path}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

/** Changes parameters of the address without a new entry in the browser's history. An empty value removes one. */
export function setQuery(changes: Readonly<Record<string, string>>): void {
  const [path = '', query = ''] = hash.value.split('?', 2);
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') parameters.delete(name);
    else parameters.set(name, value);
  }
  history.replaceState(null, '', `#/${path}${parameters.size === 0 ? '' : `?${parameters.toString()}`}`);
  hash.value = readHash();
}

export function navigate(path: string, account?: string): void {
  location.hash = href(path, account);
}
