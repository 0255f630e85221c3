import type { Exchange } from '../data/types.js';

/** What each part of a filter matches. An absent or empty part matches all. */
const parts = {
  /** In the operation, URL, headers, input or response. Ignores case. */
  text: ({ id, operation, url, headers, input, answer }, value) =>
    `${id} ${operation} ${JSON.stringify([url, headers, input, answer])}`.toLowerCase().includes(value.toLowerCase()),
  method: ({ method }, value) => method === value,
  operation: ({ operation }, value) => operation === value,
  surface: ({ surface }, value) => surface === value,
  account: ({ account }, value) => (account ?? NO_ACCOUNT) === value,
  status: ({ status }, value) => String(status) === value,
  /** Twilio's error code. */
  code: (exchange, value) => String(errorOf(exchange)?.code) === value,
  outcome: (exchange, value) => outcomes[value]?.matches(exchange) !== false,
  /** At least this many milliseconds. */
  slower: ({ milliseconds }, value) => milliseconds >= Number(value),
  /** Not before and not after, in milliseconds since 1970 by the system clock. */
  from: ({ started }, value) => started >= Number(value),
  to: ({ started }, value) => started <= Number(value),
} satisfies Readonly<Record<string, (exchange: Exchange, value: string) => boolean>>;

type FilterPart = keyof typeof parts;
export type Filter = Partial<Readonly<Record<FilterPart, string>>>;

/** Stands for requests that named no account. */
export const NO_ACCOUNT = 'default';

export const outcomes: Readonly<
  Record<string, { readonly label: string; readonly matches: (exchange: Exchange) => boolean }>
> = {
  good: { label: 'Success (2xx, 3xx)', matches: ({ status }) => status < 400 },
  refused: { label: 'Client error (4xx)', matches: ({ status }) => status >= 400 && status < 500 },
  failed: { label: 'Server error (5xx)', matches: ({ status }) => status >= 500 },
  violations: { label: 'Schema violations', matches: ({ violations }) => violations.length > 0 },
  ignored: { label: 'Ignored fields', matches: ({ ignored }) => ignored.length > 0 },
  fault: { label: 'Injected fault', matches: ({ fault }) => fault !== null },
  webhooks: {
    label: 'Fires webhooks (X-Twilio-Webhook-Enabled)',
    matches: ({ headers }) => headers?.request['x-twilio-webhook-enabled']?.toLowerCase() === 'true',
  },
};

const isPart = (name: string): name is FilterPart => Object.hasOwn(parts, name);

export function matches(exchange: Exchange, filter: Filter): boolean {
  return Object.entries(filter).every(([name, value]) => !isPart(name) || value === '' || parts[name](exchange, value));
}

/** The filter in an address, whose query may have other parameters. */
export function filterIn(query: URLSearchParams): Filter {
  return Object.fromEntries([...query].filter(([name]) => isPart(name)));
}

export const isFiltered = (filter: Filter): boolean => Object.values(filter).some((value) => value !== '');

export interface ErrorAnswer {
  readonly code: number | string;
  readonly message: string;
  /** The documentation of the code, for Twilio's codes. */
  readonly documentation: string | undefined;
}

/** Twilio's error in a response, or our own. */
export function errorOf({ status, answer }: Exchange): ErrorAnswer | undefined {
  if (status < 400 || typeof answer !== 'object' || answer === null) return undefined;
  const { code, message, more_info: more } = answer as Readonly<Record<string, unknown>>;
  if ((typeof code !== 'number' && typeof code !== 'string') || typeof message !== 'string') return undefined;
  const isDocumented = typeof more === 'string' && more.startsWith('https://www.twilio.com/docs/errors/');
  return { code, message, documentation: isDocumented ? more : undefined };
}

/** A URL without the prefix of the service, and with every SID shortened to `…`. */
export function compactPath(url: string): string {
  const path = url
    .replace(/\?.*$/, '')
    .replace(/^\/v1(?:\/v1)?(?:\/services\/[^/]+(?=\/))?/i, '')
    .replaceAll(/\/[A-Z]{2}[0-9a-f]{32}/g, '/…');
  return path === '' ? url : path;
}
