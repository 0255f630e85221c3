import type { Backend, Call, Result } from '../core/operation.js';
import { bodyOfBytes } from '../core/body.js';

/** `meta` has no nested objects, so it ends at the first closing brace. Quotes inside strings are escaped. */
const META = /"meta"\s*:\s*\{[^{}]*\}/;
const PAGE_URL = /("(?:first_page_url|previous_page_url|next_page_url|url)"\s*:\s*")https?:\\?\/\\?\/[^/"\\?]+/g;

/**
 * Replaces the origin of a list's page URLs with this server's origin for callers of the Twilio surface, so that a client
 * that follows them stays here. All other bytes are unchanged, including the `url` and `links` of records, which identify
 * a resource at Twilio.
 */
export function withLocalPageUrls(backend: Backend): Backend {
  async function answer(call: Call): Promise<Result> {
    return rewritePageUrls(await backend.answer(call), call.caller.origin);
  }

  return {
    answer(call) {
      const hasPages = call.operation.verb === 'list';
      return call.caller.surface === 'twilio' && hasPages ? answer(call) : backend.answer(call);
    },
  };
}

function rewritePageUrls(result: Result, origin: string): Result {
  const { status, body } = result;
  if (status !== 200 || body === null) return result;
  const text = body.text.replace(META, (meta) => meta.replaceAll(PAGE_URL, (_, start: string) => start + origin));
  return text === body.text ? result : { ...result, body: bodyOfBytes(Buffer.from(text)) };
}
