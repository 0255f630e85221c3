/** Twilio Sync: reading objects and their items, and subscribing to changes. */
import { isJsonObject, type JsonObject } from '../../../core/body.js';
import type { ItemQuery, SyncItem, SyncKind } from '../../../core/client-view.js';
import { clientOperations } from '../operations.js';
import { answer, refusal, type ClientRequest, type ClientSession, type Handler } from './request.js';

const SYNC = 'https://cds.us1.twilio.com/v3';

const kinds: Readonly<Record<string, SyncKind>> = { Documents: 'document', Lists: 'list', Maps: 'map' };

/** Also for objects that belong to others, so that nobody learns that they exist. */
const notFound = () => refusal(404, 54100, 'Unique name not found');

/** Objects in one request, and the time in which their events come. The SDKs ask again if none has come by then. */
const MAX_BATCH = 100;
const DELIVERY_MS = 5000;
const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;

export const openObject: Handler = (request, session, [collection = '', key = '']) =>
  session.local(request, clientOperations.sync, () => {
    const kind = kinds[collection];
    const found = kind === undefined ? undefined : session.view.open(kind, key);
    if (kind === undefined || found === undefined) return notFound();
    const url = `${SYNC}/${collection}/${found.sid}`;
    const withItems = kind === 'map' && request.params.get('Include') === 'items';
    const page = withItems ? session.view.items(kind, key, { order: 'asc', size: MAX_PAGE }) : undefined;
    return answer({
      sid: found.sid,
      unique_name: found.name,
      url,
      revision: revisionOf(found.lastEventId),
      last_event_id: found.lastEventId,
      date_updated: found.dateUpdated,
      date_expires: null,
      ...(kind === 'document' ? { data: found.data ?? {} } : { links: { items: `${url}/Items` } }),
      ...(page === undefined ? {} : { items: page.items.map((item) => itemOf(kind, found.sid, item)) }),
    });
  });

export const listItems: Handler = (request, session, [collection = '', key = '']) =>
  session.local(request, clientOperations.sync, () => {
    const kind = kinds[collection];
    const query = queryOf(request);
    if (query === undefined) return refusal(400, 20001, 'Invalid PageToken');
    const page = kind === undefined || kind === 'document' ? undefined : session.view.items(kind, key, query);
    if (kind === undefined || page === undefined) return notFound();
    const { sid, items, hasPrevious, hasNext } = page;
    const { order, size } = query;
    const first = items[0]?.key;
    const last = items.at(-1)?.key;
    return answer({
      items: items.map((item) => itemOf(kind, sid, item)),
      meta: {
        previous_token: hasPrevious && first !== undefined ? writeToken({ order, size, before: first }) : null,
        next_token: hasNext && last !== undefined ? writeToken({ order, size, after: last }) : null,
      },
    });
  });

/** A token holds everything: version 3.1 of the SDK sends nothing else. Later ones send the key of an item instead. */
function queryOf({ params }: ClientRequest): ItemQuery | undefined {
  const token = params.get('PageToken');
  if (token !== undefined) return readToken(token);
  return {
    only: params.get('Key') ?? params.get('Index'),
    from: params.get('From'),
    order: params.get('Order') === 'desc' ? 'desc' : 'asc',
    size: sizeOf(params.get('PageSize')),
  };
}

function sizeOf(text: string | undefined): number {
  const size = Number(text ?? DEFAULT_PAGE);
  return Number.isSafeInteger(size) ? Math.min(Math.max(size, 1), MAX_PAGE) : DEFAULT_PAGE;
}

const writeToken = (query: ItemQuery): string => Buffer.from(JSON.stringify(query)).toString('base64url');

function readToken(token: string): ItemQuery | undefined {
  try {
    const value = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as Partial<ItemQuery> | null;
    const { order, size, before, after } = value ?? {};
    if ((order !== 'asc' && order !== 'desc') || typeof (before ?? after) !== 'string') return undefined;
    return { order, size: sizeOf(String(size)), before, after };
  } catch {
    return undefined;
  }
}

function itemOf(kind: SyncKind, sid: string, item: SyncItem): JsonObject {
  const isList = kind === 'list';
  return {
    ...(isList ? { index: Number(item.key) } : { key: item.key }),
    url: `${SYNC}/${isList ? 'Lists' : 'Maps'}/${sid}/Items/${encodeURIComponent(item.key)}`,
    revision: revisionOf(item.lastEventId),
    last_event_id: item.lastEventId,
    data: item.data,
    date_created: item.dateCreated,
    date_updated: item.dateUpdated,
    date_expires: null,
  };
}

const revisionOf = (eventId: number): string => eventId.toString(16);

interface SubscriptionRequest {
  readonly object_sid?: unknown;
  readonly object_type?: unknown;
  readonly last_event_id?: unknown;
}

export const subscribe: Handler = (request, session) =>
  session.local(request, clientOperations.subscribe, () => {
    const { action, correlation_id: correlation = null, requests } = request.body;
    const isList = Array.isArray(requests) && requests.length <= MAX_BATCH && requests.every(isJsonObject);
    if (!isList || typeof (correlation ?? 0) !== 'number') {
      return refusal(
        400,
        20001,
        `Invalid subscriptions: at most ${MAX_BATCH} requests and a correlation id are expected`,
      );
    }
    for (const each of requests as SubscriptionRequest[]) {
      if (action === 'cancel') cancel(session, each, correlation as number | null);
      else establish(session, each, correlation as number | null);
    }
    return answer({ max_batch_size: MAX_BATCH, estimated_delivery_in_ms: DELIVERY_MS, ttl_in_s: -1 });
  });

const SYNC_EVENT = 'twilio.sync.event';

/** First what has happened since, and then the confirmation. */
function establish(session: ClientSession, request: SubscriptionRequest, correlation: number | null): void {
  const { object_sid: sid, object_type: type, last_event_id: lastEventId } = request;
  const common = { object_sid: String(sid), object_type: String(type) };
  const isKind = type === 'document' || type === 'list' || type === 'map';
  const since = typeof lastEventId === 'number' ? lastEventId : 0;
  const confirm = (status: 'completed' | 'interrupted', lastId: number): void => {
    const event = { ...common, replay_status: status, last_event_id: lastId };
    session.send(SYNC_EVENT, { event_type: 'subscription_established', correlation_id: correlation, event });
  };
  const fail = (status: number, code: number, message: string): void => {
    const event = { ...common, error: { status, code, message } };
    session.send(SYNC_EVENT, { event_type: 'subscription_failed', correlation_id: correlation, event });
  };
  // The SDK asks again soon. Until then, it may have read what waits for it.
  if (session.isBusy()) return confirm('interrupted', since);
  if (session.view.subscriptionCount >= session.maxSubscriptions) {
    return fail(429, 20429, `Too many subscriptions: a connection can have ${session.maxSubscriptions}`);
  }
  const replay = typeof sid === 'string' && isKind ? session.view.subscribe(type, sid, since) : undefined;
  if (replay === undefined) return fail(404, 54100, 'Not found');
  for (const { type: eventType, event } of replay.events) {
    session.send(SYNC_EVENT, { event_type: eventType, correlation_id: correlation, event });
  }
  confirm(replay.isComplete ? 'completed' : 'interrupted', replay.lastEventId);
}

function cancel(
  session: ClientSession,
  { object_sid: sid, object_type: type }: SubscriptionRequest,
  correlation: number | null,
): void {
  session.view.unsubscribe(String(sid));
  const event = { object_sid: String(sid), object_type: String(type) };
  session.send(SYNC_EVENT, { event_type: 'subscription_canceled', correlation_id: correlation, event });
}
