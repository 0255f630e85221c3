import { request } from 'node:http';
import type { SimWorld } from '../../src/index.js';
import type { JsonObject } from '../../src/core/body.js';

/** A small picture: one transparent pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** A record of media, or an error. */
type MediaJson = JsonObject & {
  readonly sid: string;
  readonly url: string;
  readonly links: Readonly<Record<'content' | 'content_direct_temporary', string>>;
};

export interface MediaResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly json: MediaJson;
}

async function responseOf(response: Response): Promise<MediaResponse> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const json: MediaJson = isJson ? (JSON.parse(bytes.toString()) as MediaJson) : ({} as MediaJson);
  return { status: response.status, headers: response.headers, bytes, json };
}

/** A client of a world's media, as programs write it: with `fetch` and Basic auth. */
export function mediaClient({ url, accountSid, authToken }: Pick<SimWorld, 'url' | 'accountSid' | 'authToken'>) {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const base = `${url}/mcs`;
  return {
    base,
    authorization,
    async post(path: string, body: RequestInit['body'] | null, headers: Record<string, string> = {}) {
      return responseOf(
        await fetch(base + path, { method: 'POST', body: body ?? null, headers: { authorization, ...headers } }),
      );
    },
    /** Uploads raw bytes, as documented. */
    upload(service: string, body: RequestInit['body'] = PIXEL, type = 'image/png', query = '') {
      return this.post(`/v1/Services/${service}/Media${query}`, body, { 'content-type': type });
    },
    async get(path: string, headers: Record<string, string> = { authorization }) {
      return responseOf(await fetch(path.startsWith('http') ? path : base + path, { headers }));
    },
  };
}

/** A GET with any `Host` header, which `fetch` does not send. */
export function getAs(
  host: string,
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { ...headers, host } }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}
