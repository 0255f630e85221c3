import type { RecordBase } from './collection.js';
import type { Context, View } from './context.js';
import type { EventParameters, EventPhase, NewRecord, WorldEvent } from '../conversations/event.js';
import type { Proposal } from './handler.js';

/** How the webhook events of a kind of record are named and what they say. */
export interface EventsOf<R extends RecordBase> {
  readonly noun: 'Conversation' | 'Message' | 'Participant' | 'User';
  readonly changeable: Proposal['changeable'];
  parameters(phase: EventPhase, record: NewRecord<R>, view: View): EventParameters;
}

/** `onMessageAdded` and its like, as it would be told now. */
export function eventOf<R extends RecordBase & { readonly serviceSid: string }>(
  events: EventsOf<R>,
  phase: EventPhase,
  record: NewRecord<R>,
  ctx: Context,
): WorldEvent {
  const said = events.parameters(phase, record, ctx);
  return {
    type: `on${events.noun}${phase}`,
    serviceSid: record.serviceSid,
    conversationSid: said['ConversationSid'],
    parameters: events.noun === 'Conversation' ? { ...said, ...ctx.cause.inbound?.(phase) } : said,
    source: ctx.cause.source ?? 'API',
    clientIdentity: ctx.cause.clientIdentity,
  };
}
