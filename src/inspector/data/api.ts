import { signal } from '@preact/signals';
import { world } from './route.js';

/** Kept for this tab only, and sent in a header only: an address may be shared, a token must not be. */
const KEY = 'understudy-token';
export const token = signal(sessionStorage.getItem(KEY) ?? '');
/** Whether the server has asked for a token that we do not have. */
export const isLocked = signal(false);

export function unlock(given: string): void {
  sessionStorage.setItem(KEY, given);
  token.value = given;
  isLocked.value = false;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Values = Readonly<Record<string, unknown>>;
type Query = Readonly<Record<string, string | number | undefined>>;

/** Asks a control that only looks, such as `conversations.list`. */
export function look<T>(control: string, input: Query = {}): Promise<T> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return ask<T>(`${pathOf(control)}${query.size === 0 ? '' : `?${query.toString()}`}`);
}

/** Asks a control that changes something. */
export function act<T>(control: string, input: Values = {}): Promise<T> {
  return ask<T>(pathOf(control), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
}

/** @throws ApiError with what the server said */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await open(path, init);
  const text = await response.text();
  const value: unknown = text === '' ? null : JSON.parse(text);
  if (response.ok) return value as T;
  throw new ApiError(response.status, (value as { message?: string } | null)?.message ?? response.statusText);
}

/** The page's own place is where the controls are, also behind a proxy that adds a prefix. */
export async function open(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (token.value !== '') headers.set('understudy-token', token.value);
  if (world.value !== undefined) headers.set('understudy-world', world.value);
  const response = await fetch(path, { ...init, headers, credentials: 'omit', cache: 'no-store' });
  if (response.status === 401) isLocked.value = true;
  return response;
}

function pathOf(control: string): string {
  return control.replace('.', '/');
}
