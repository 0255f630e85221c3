import type { Backend, Caller, Operation, Result } from '../core/operation.js';
import { type Body, bodyOfBytes, bodyOfParts, bodyOfText } from '../core/body.js';
import { mapMaybe } from '../core/maybe-promise.js';
import { createPathTranslator, type TranslatePath } from '../util/path-template.js';

/** `meta` has no nested objects, so it ends at the first closing brace. Quotes inside strings are escaped. */
const META = /"meta"\s*:\s*\{[^{}]*\}/;
const PAGE_URL =
  /("(?:first_page_url|previous_page_url|next_page_url|url)"\s*:\s*")https?:\\?\/\\?\/[^/"\\?]+((?:\\?\/[^/"\\?]*)*)/g;

export interface LocalPageUrlOptions {
  /** The REST surface's own paths. */
  readonly routes: readonly {
    readonly operation: Operation;
    readonly path: string;
    readonly inputs: ReadonlyMap<string, string>;
  }[];
  /** The backend's URLs begin with Twilio's origin, not with that of this server. */
  readonly hasTwilioUrls: boolean;
}

/**
 * Makes the page URLs of lists lead to this server, so that a client that follows them stays here: on the REST surface
 * they have its own paths, for other callers from outside they have Twilio's. All other bytes are unchanged, including
 * the `url` and `links` of records, which identify a resource at Twilio.
 */
export function withLocalPageUrls({ routes, hasTwilioUrls }: LocalPageUrlOptions): (backend: Backend) => Backend {
  const lists = routes.filter(({ operation }) => operation.verb === 'list');
  const restPaths = new Map<string, TranslatePath>(
    lists.map(({ operation, path, inputs }) => [
      operation.id,
      createPathTranslator(operation.path, path, (name) => inputs.get(name)),
    ]),
  );

  return (backend) => ({
    answer(call) {
      const { caller, operation } = call;
      if (operation.verb !== 'list' || !isRewrittenFor(caller, hasTwilioUrls)) return backend.answer(call);
      const translate = caller.surface === 'rest' ? restPaths.get(operation.id) : undefined;
      return mapMaybe(backend.answer(call), (result) => rewritePageUrls(result, caller.origin, translate));
    },
  });
}

function isRewrittenFor({ surface }: Caller, hasTwilioUrls: boolean): boolean {
  return surface === 'rest' || (hasTwilioUrls && (surface === 'twilio' || surface === 'mcp'));
}

/** The latest result for each page. The simulator returns the same page again while its records do not change. */
const rewrittenPages = new WeakMap<Body, { origin: string; translate: TranslatePath | undefined; page: Body }>();

function rewritePageUrls(result: Result, origin: string, translate: TranslatePath | undefined): Result {
  const { status, body } = result;
  if (status !== 200 || body === null) return result;
  const rewrite = (before: string): string =>
    before.replace(META, (meta) =>
      meta.replaceAll(PAGE_URL, (_, start: string, path: string) => {
        return start + origin + (translate?.(path.replaceAll('\\/', '/')) ?? path);
      }),
    );
  const { parts, latin1, isAscii = false } = body;
  if (parts !== undefined) {
    const last = rewrittenPages.get(body);
    if (last?.origin === origin && last.translate === translate) return { ...result, body: last.page };
    const page = withRewrittenEnds(parts, rewrite, body.length, isAscii);
    rewrittenPages.set(body, { origin, translate, page });
    return { ...result, body: page };
  }
  const { text: before } = body;
  const text = rewrite(before);
  if (text === before) return result;
  return { ...result, body: latin1 === undefined ? bodyOfText(text, isAscii) : bodyOfBytes(Buffer.from(text)) };
}

/** `meta` is before the records or after them, so their texts, which are far longer, need not be searched or joined. */
function withRewrittenEnds(
  parts: readonly string[],
  rewrite: (text: string) => string,
  length: number,
  isAscii: boolean,
): Body {
  const changed = [...parts];
  let newLength = length;
  for (const i of new Set([0, parts.length - 1])) {
    const before = parts[i] ?? '';
    const after = rewrite(before);
    changed[i] = after;
    newLength += after.length - before.length;
  }
  return bodyOfParts(changed, newLength, isAscii);
}
