import type { Backend, Call, Result } from '../core/operation.js';
import { bodyOfBytes } from '../core/body.js';

/** `meta` holds numbers, texts and nulls, so its first closing brace ends it. Inside a text, its quotes are escaped. */
const META = /"meta"\s*:\s*\{[^{}]*\}/;
const PAGE_URL = /("(?:first_page_url|previous_page_url|next_page_url|url)"\s*:\s*")https?:\\?\/\\?\/[^/"\\?]+/g;

/**
 * Makes the URLs of a list's pages begin with this server's origin for callers of the Twilio surface, so that a client
 * that turns pages stays here. Every other byte stays as it came: the `url` and `links` of the records too, which name
 * a resource as Twilio knows it.
 */
export function withLocalPageUrls(backend: Backend): Backend {
  async function answer(call: Call): Promise<Result> {
    return rewritten(await backend.answer(call), call.caller.origin);
  }

  return {
    answer(call) {
      const { operation, caller } = call;
      // What ends in a placeholder is one record, which has no pages: nobody need read its text.
      return caller.surface !== 'twilio' || operation.path.endsWith('}') ? backend.answer(call) : answer(call);
    },
  };
}

function rewritten(result: Result, origin: string): Result {
  const { status, body } = result;
  if (status !== 200 || body === null) return result;
  const text = body.text.replace(META, (meta) => meta.replaceAll(PAGE_URL, (_, start: string) => start + origin));
  return text === body.text ? result : { ...result, body: bodyOfBytes(Buffer.from(text)) };
}
