import { signal } from '@preact/signals';
import { world } from './route.js';

/** The token lives in this tab's session storage and travels in a header only, because URLs get shared. */
const STORAGE_KEY = 'understudy-token';
export const token = signal(sessionStorage.getItem(STORAGE_KEY) ?? '');
/** True after the server has rejected the current token or the lack of one. */
export const needsToken = signal(false);

export function submitToken(value: string): void {
  sessionStorage.setItem(STORAGE_KEY, value);
  token.value = value;
  needsToken.value = false;
}

interface ErrorBody {
  readonly message?: string;
  readonly code?: number | string;
  readonly more_info?: string;
}

/** The server refused a request. */
export class ApiError extends Error {
  readonly code: number | string | undefined;
  /** The page that documents the error, if there is one. */
  readonly moreInfo: string | undefined;

  constructor({ statusText }: Response, body: ErrorBody | null) {
    super(body?.message ?? statusText);
    this.code = body?.code;
    this.moreInfo = body?.more_info?.startsWith('https://') === true ? body.more_info : undefined;
  }
}

/** The server did not answer at all. */
export class ConnectionError extends Error {}

type Input = Readonly<Record<string, unknown>>;
type QueryInput = Readonly<Record<string, string | number | undefined>>;

/** Runs a read-only control such as `conversations.list`. */
export function queryControl<T>(control: string, input: QueryInput = {}): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return requestJson<T>(`${pathOf(control)}${query.size === 0 ? '' : `?${query.toString()}`}`);
}

/** Runs a control that changes state. */
export function runControl<T>(control: string, input: Input = {}): Promise<T> {
  return requestJson<T>(pathOf(control), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
}

/** @throws ApiError with the server's error message */
export async function requestJson<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await send(path, init);
  const text = await response.text();
  const value: unknown = text === '' ? null : JSON.parse(text);
  if (response.ok) return value as T;
  throw new ApiError(response, value as ErrorBody | null);
}

/** Sends a request to a path relative to the page, so that it also works behind a proxy that adds a prefix. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token.value !== '') headers.set('understudy-token', token.value);
  if (world.value !== undefined) headers.set('understudy-world', world.value);
  const response = await fetch(path, { ...init, headers, credentials: 'omit', cache: 'no-store' }).catch(
    failConnection,
  );
  if (response.status === 401) needsToken.value = true;
  return response;
}

/** Browsers reject with a `TypeError` such as "Failed to fetch" when there is no connection. */
function failConnection(cause: unknown): never {
  throw cause instanceof TypeError ? new ConnectionError('Cannot reach the server.', { cause }) : cause;
}

function pathOf(control: string): string {
  return control.replace('.', '/');
}
