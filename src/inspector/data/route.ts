import { computed, signal } from '@preact/signals';

const readHash = (): string => decodeURI(location.hash.replace(/^#\/?/, ''));
const hash = signal(readHash());
addEventListener('hashchange', () => (hash.value = readHash()));

/** The parsed URL fragment, e.g. `#/conversations/CH…/IM…?world=AC…`. Each record and request has its own. */
export const route = computed(() => {
  const [path = '', query = ''] = hash.value.split('?', 2);
  const [section = '', ...rest] = path.split('/').filter((part) => part !== '');
  return { section: section === '' ? 'conversations' : section, rest, query: new URLSearchParams(query) };
});

/** The account SID of the world in the URL, or `undefined` for the default world. */
export const world = computed(() => route.value.query.get('world') ?? undefined);

/** A link to a path in the shown world, or in the world of `account`. */
export function href(path: string, account: string | undefined = world.value): string {
  return `#/${path}${account === undefined ? '' : `?world=${account}`}`;
}

export function navigate(path: string, account?: string): void {
  location.hash = href(path, account);
}
