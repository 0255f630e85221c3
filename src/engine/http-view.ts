import type { Call, ExchangeHeaders, HttpRequest } from '../core/operation.js';
import { type Redact, visibleHeader } from '../core/redact.js';

type ViewedCall = Pick<Call, 'operation' | 'path' | 'query'> & { readonly http: HttpRequest | undefined };

/** The method and URL that the caller sent, or else Twilio's method and path with the values of the call. */
export function methodAndUrl({ http, operation, path, query }: ViewedCall): { method: string; url: string } {
  if (http !== undefined) return { method: http.method, url: http.url };
  const parameters = new URLSearchParams();
  for (const [name, values] of query) for (const value of values) parameters.append(name, value);
  const own = (operation.prefix ?? '') + operation.path;
  const url = own.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(path.get(name) ?? ''));
  return { method: operation.method, url: parameters.size === 0 ? url : `${url}?${parameters.toString()}` };
}

/**
 * The headers of an exchange, with secrets redacted. Until the surface has sent the response, its headers are those of the
 * result.
 */
export function headersOf(
  http: HttpRequest | undefined,
  ofResult: Readonly<Record<string, string>>,
  redact: Redact,
): ExchangeHeaders | null {
  if (http === undefined) return null;
  return {
    request: visible(http.headers, redact),
    response: visible(http.responseHeaders?.toRecord() ?? ofResult, redact),
  };
}

function visible(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  redact: Redact,
): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined)
      shown[name] = visibleHeader(name, typeof value === 'string' ? value : value.join(', '), redact);
  }
  return shown;
}
