import { queryControl } from '../data/api.js';
import type { ClientNotification, Delivery, Exchange, Message, Receipt } from '../data/types.js';
import type { Thread } from './thread.js';

/** Where a thread is opened: at its request, at one of its webhooks, or at its record. */
export type ThreadStart = { readonly exchange: number } | { readonly delivery: number } | { readonly record: string };

const MAX_LATER_REQUESTS = 20;

/** Collects what belongs to one call, from any of its parts. */
export async function loadThread(start: ThreadStart): Promise<Thread> {
  const delivery = 'delivery' in start ? await findDelivery(start.delivery) : undefined;
  const record = 'record' in start ? start.record : delivery === undefined ? undefined : recordOf(delivery);
  const id = 'exchange' in start ? start.exchange : (delivery?.exchange ?? undefined);
  const exchange =
    id !== undefined ? await findExchange(id) : record === undefined ? undefined : await findCreation(record);
  // A pre-action webhook cannot name the record, which does not exist yet.
  const sid = (exchange === undefined ? undefined : writtenRecord(exchange)) ?? record;
  const [caused, about, receipts, notifications, later] = await Promise.all([
    exchange === undefined ? [] : listDeliveries({ exchange: exchange.id }),
    sid?.startsWith('IM') === true ? listDeliveries({ record: sid }) : [],
    sid?.startsWith('IM') === true ? listReceipts(sid) : [],
    sid === undefined ? [] : listNotifications(sid, exchange?.started ?? 0),
    sid === undefined ? [] : listMentions(sid, exchange?.id ?? 0),
  ]);
  const deliveries = new Map([...caused, ...about, ...(delivery ? [delivery] : [])].map((each) => [each.id, each]));
  return { exchange, sid, deliveries: [...deliveries.values()], receipts, notifications, later };
}

async function findExchange(id: number): Promise<Exchange | undefined> {
  const { exchanges } = await listExchanges({ after: id - 1, limit: 1 });
  return exchanges.find((each) => each.id === id);
}

/** The request that created a record. */
async function findCreation(sid: string): Promise<Exchange | undefined> {
  const { exchanges } = await listExchanges({ text: sid, limit: 1000 });
  return exchanges.find((each) => each.method === 'POST' && each.status === 201 && sidIn(each.answer) === sid);
}

async function listMentions(sid: string, after: number): Promise<readonly Exchange[]> {
  return (await listExchanges({ text: sid, after, limit: MAX_LATER_REQUESTS })).exchanges;
}

function listExchanges(query: { text?: string; after?: number; limit: number }) {
  return queryControl<{ exchanges: readonly Exchange[] }>('journal.list', query);
}

async function findDelivery(id: number): Promise<Delivery | undefined> {
  const found = await queryControl<{ deliveries: readonly Delivery[] }>('webhooks.list', { after: id - 1, limit: 1 });
  return found.deliveries.find((each) => each.id === id);
}

async function listDeliveries(query: { exchange: number } | { record: string }): Promise<readonly Delivery[]> {
  return (await queryControl<{ deliveries: readonly Delivery[] }>('webhooks.list', query)).deliveries;
}

/** What users of client SDKs have received since then; nothing in modes without client SDKs. */
async function listNotifications(record: string, since: number): Promise<readonly ClientNotification[]> {
  const query = queryControl<{ notifications: readonly ClientNotification[] }>('clients.notifications', { record });
  const { notifications } = await query.catch(() => ({ notifications: [] }));
  // The start of a request has decimals.
  return notifications.filter(({ time }) => time >= Math.floor(since));
}

/** The receipts of a message; none if it has been deleted. */
async function listReceipts(sid: string): Promise<readonly Receipt[]> {
  try {
    const query = { conversation_sid: '', position: 0 };
    const found = await queryControl<typeof query>('records.show', { sid });
    const part = { conversation: found.conversation_sid, start: found.position, limit: 1 };
    const { messages } = await queryControl<{ messages: readonly Message[] }>('conversations.messages', part);
    return messages[0]?.receipts ?? [];
  } catch {
    return [];
  }
}

/** A message's events also name its conversation, so the most specific record comes first. */
function recordOf({ parameters, conversation_sid: conversation }: Delivery): string | undefined {
  return parameters['MessageSid'] ?? parameters['ParticipantSid'] ?? parameters['UserSid'] ?? conversation ?? undefined;
}

function writtenRecord({ method, status, answer, input }: Exchange): string | undefined {
  if (method === 'GET' || status >= 400) return undefined;
  return sidIn(answer) ?? (input as { Sid?: string } | null)?.Sid;
}

function sidIn(answer: unknown): string | undefined {
  const sid = (answer as { sid?: unknown } | null)?.sid;
  return typeof sid === 'string' ? sid : undefined;
}
