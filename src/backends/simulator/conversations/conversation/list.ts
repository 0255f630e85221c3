/** The list of conversations: its order, its filters and its tokens. */
import { parseDatetime } from '../../../../util/datetime.js';
import { keyOf } from '../../kernel/collection.js';
import type { Context } from '../../kernel/context.js';
import { compoundToken, type Listing, type TokenFormat } from '../../kernel/page.js';
import { between, reversed } from '../../kernel/sorted-list.js';
import { badParameter } from '../../kernel/twilio-error.js';
import { refuse } from '../refusals.js';
import type { ServiceRecord } from '../service/record.js';
import { conversations, type ConversationRecord } from './record.js';

/** Latest activity first; with a filter, latest creation first (documentation). */
export function listConversations(
  { sid: serviceSid }: ServiceRecord,
  ctx: Context,
): Pick<Listing<ConversationRecord>, 'records' | 'token'> {
  const state = ctx.query('State');
  const start = boundary(ctx, 'StartDate', '00:00:00.000');
  const end = boundary(ctx, 'EndDate', '23:59:59.999');
  const all = ctx.world.records(conversations);
  if (state === undefined && start === undefined && end === undefined) {
    return { records: reversed(all.list('activity', serviceSid)), token: tokenOf(ctx, (record) => record.activity) };
  }
  if (state !== undefined && !['active', 'inactive', 'closed'].includes(state)) throw refuse(50378);
  if (start !== undefined && end !== undefined && end <= start) throw refuse(50396);
  const created = state === undefined ? all.list('service', serviceSid) : all.list('state', keyOf(serviceSid, state));
  // Dates are sent and shown in seconds but stored in milliseconds, so the end includes its whole second.
  const last = end !== undefined && end % 1000 === 0 ? end + 999 : end;
  return {
    records: reversed(between(created, start ?? -Infinity, last ?? Infinity)),
    token: tokenOf(ctx, (record) => record.dateCreated),
  };
}

/** `STATE_TIME_SID`, the form seen in this list's tokens. */
function tokenOf(ctx: Context, timeOf: (record: ConversationRecord) => number): TokenFormat<ConversationRecord> {
  return compoundToken(
    ctx.world,
    conversations,
    (record) => `${record.state}_${new Date(timeOf(record)).toISOString()}`,
    (text) => parseDatetime(text.slice(text.indexOf('_') + 1)),
  );
}

/** A limit of the creation date: a date with time, or a date that includes its whole day. Both limits are inclusive (documentation). */
function boundary(ctx: Context, name: string, timeOfDay: string): number | undefined {
  const sent = ctx.query(name);
  if (sent === undefined) return undefined;
  const found = parseDatetime(/^\d{4}-\d{2}-\d{2}$/.test(sent) ? `${sent}T${timeOfDay}Z` : sent);
  if (found === undefined) throw badParameter(name, 'an ISO 8601 date is expected');
  return found;
}
