import type { RecordBase } from './collection.js';
import type { Context, View } from './context.js';
import type { EventParameters, Happening, Unborn, WorldEvent } from './event.js';
import type { Proposal } from './handler.js';

/** How the webhook events of a kind of record are named and what they say. */
export interface EventsOf<R extends RecordBase> {
  readonly noun: 'Conversation' | 'Message' | 'Participant' | 'User';
  readonly changeable: Proposal['changeable'];
  parameters(happening: Happening, record: Unborn<R>, view: View): EventParameters;
}

/** `onMessageAdded` and its like, as it would be told now. */
export function eventOf<R extends RecordBase & { readonly serviceSid: string }>(
  events: EventsOf<R>,
  happening: Happening,
  record: Unborn<R>,
  ctx: Context,
): WorldEvent {
  const said = events.parameters(happening, record, ctx);
  return {
    type: `on${events.noun}${happening}`,
    serviceSid: record.serviceSid,
    conversationSid: said['ConversationSid'],
    parameters: events.noun === 'Conversation' ? { ...said, ...ctx.cause.inbound?.(happening) } : said,
    source: ctx.cause.source ?? 'API',
    clientIdentity: ctx.cause.clientIdentity,
  };
}
