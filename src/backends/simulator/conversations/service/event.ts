/** The webhook events of a service: their names, and what they have in common. */
import type { RecordBase } from '../../kernel/collection.js';
import type { EventOrigin } from '../../kernel/context.js';
import type { EventParameters, EventPhase, NewRecord } from '../../kernel/event.js';
import type { ResourceEvents } from '../../kernel/resource.js';

/** The names that webhook filters accept (documentation). A pre-action event precedes a write, a post-action event follows it. */
const preActionEvents = [
  'onConversationAdd',
  'onConversationUpdate',
  'onConversationRemove',
  'onMessageAdd',
  'onMessageUpdate',
  'onMessageRemove',
  'onParticipantAdd',
  'onParticipantUpdate',
  'onParticipantRemove',
];

const postActionEvents = [
  'onConversationAdded',
  'onConversationUpdated',
  'onConversationRemoved',
  'onConversationStateUpdated',
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onParticipantAdded',
  'onParticipantUpdated',
  'onParticipantRemoved',
  'onDeliveryUpdated',
];

/** Only the filters of the account's webhooks accept these (published description). */
const userEvents = ['onUserAdded', 'onUserUpdate', 'onUserUpdated'];

const serviceEvents: ReadonlySet<string> = new Set([...preActionEvents, ...postActionEvents]);

export const isPostActionEvent = (name: string): boolean => postActionEvents.includes(name);
export const isServiceEvent = (name: string): boolean => serviceEvents.has(name);
export const isAccountEvent = (name: string): boolean => isServiceEvent(name) || userEvents.includes(name);

/** Where an action came from: `API` (REST), `SDK` (a chat client), or the channel of an inbound message. */
export type Source = 'API' | 'SDK' | 'SMS' | 'WHATSAPP' | 'MESSENGER' | 'RCS' | 'EMAIL' | 'GBM' | 'APPLE';

interface EventsDefinition<R extends RecordBase> {
  /** As in the event names, e.g. `Message` in `onMessageAdded`. */
  readonly name: string;
  readonly changeable: ResourceEvents<R>['changeable'];
  parameters(phase: EventPhase, record: NewRecord<R>, origin: EventOrigin): EventParameters;
}

/** The events of a resource. */
export function defineEvents<R extends RecordBase>(definition: EventsDefinition<R>): ResourceEvents<R> {
  const { name, changeable } = definition;
  const typeOf = (phase: EventPhase): string => `on${name}${phase}`;
  return {
    changeable,
    typeOf,
    eventOf(phase, record, origin) {
      const parameters = definition.parameters(phase, record, origin);
      const { source = 'API' satisfies Source, clientIdentity } = origin.writeOrigin;
      return { type: typeOf(phase), subject: parameters['ConversationSid'], parameters, source, clientIdentity };
    },
  };
}

/** Dates in webhooks have milliseconds, unlike those in REST responses (recorded). */
export const dateParameter = (timestamp: number | undefined): string | undefined =>
  timestamp === undefined ? undefined : new Date(timestamp).toISOString();
export const textParameter = (value: string | null | undefined): string | undefined => value ?? undefined;
export const numberParameter = (value: number | null | undefined): string | undefined =>
  value === null || value === undefined ? undefined : String(value);
