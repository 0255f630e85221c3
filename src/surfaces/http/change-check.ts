import { UnderstudyError } from '../../core/errors.js';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\b/i;

/** @throws UnderstudyError if a request may come from a web page of another origin */
export type ChangeCheck = (headers: Headers) => void;

/**
 * Refuses changes that a web page of another origin may have sent, also of another port of this machine. Browsers name the
 * origin of such a request. Those that do not can only send what a form can: no JSON, and no header of ours.
 */
export function createChangeCheck(publicUrl: string | undefined): ChangeCheck {
  const isSameOrigin = createSameOriginCheck(publicUrl);
  return (headers) => {
    if (!isSameOrigin(headers)) throw pageRefused();
    const isJson = JSON_TYPE.test(String(headers['content-type']));
    if (!isJson && !Object.keys(headers).some((name) => name.startsWith('understudy-'))) {
      throw new UnderstudyError(
        'UNDERSTUDY_UNSUPPORTED_TYPE',
        'A control that changes something needs the header `Content-Type: application/json`, or with another body a header ' +
          'that no form of a web page can send: `Understudy-Request: 1`.',
      );
    }
  };
}

export function pageRefused(): UnderstudyError {
  return new UnderstudyError(
    'UNDERSTUDY_FORBIDDEN_HOST',
    'Refused, because a web page of another origin sent this request. Call the controls from a program, or from a page of ' +
      'this server.',
  );
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Whether a request does not come from a web page, or from one of this server. */
export function createSameOriginCheck(publicUrl: string | undefined): (headers: Headers) => boolean {
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return ({ origin, host, 'sec-fetch-site': site }) => {
    if (origin === undefined) return site === undefined || site === 'same-origin' || site === 'none';
    if (typeof origin !== 'string' || !URL.canParse(origin)) return false;
    const { host: originHost } = new URL(origin);
    return originHost === publicHost || (typeof host === 'string' && originHost === withoutDefaultPort(host));
  };
}

const withoutDefaultPort = (host: string): string => host.toLowerCase().replace(/:80$/, '');
