import { computed, signal } from '@preact/signals';

const read = (): string => decodeURI(location.hash.replace(/^#\/?/, ''));
const hash = signal(read());
addEventListener('hashchange', () => (hash.value = read()));

/** Where the page is: `#/conversations/CH…/IM…?world=AC…`. Every record and every request has such an address. */
export const route = computed(() => {
  const [path = '', query = ''] = hash.value.split('?', 2);
  const [section = '', ...rest] = path.split('/').filter((part) => part !== '');
  return { section: section === '' ? 'conversations' : section, rest, query: new URLSearchParams(query) };
});

/** The account SID of the world that is shown; absent: the default one. */
export const world = computed(() => route.value.query.get('world') ?? undefined);

/** The address of a place in the same world, or in another. */
export function href(path: string, account: string | undefined = world.value): string {
  return `#/${path}${account === undefined ? '' : `?world=${account}`}`;
}

export function go(path: string, account?: string): void {
  location.hash = href(path, account);
}
