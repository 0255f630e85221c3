import type { Caller } from '../../../core/operation.js';
import type { Control } from '../../../core/control.js';
import type { JsonObject } from '../../../core/body.js';
import { addDuration } from '../../../util/datetime.js';
import type { BindVerb } from '../conversations/bind.js';
import { initializationTime } from '../conversations/conversation-with-participants/initialization.js';
import { conversations, type ConversationRecord } from '../conversations/conversation/record.js';
import { messages, type MessageRecord } from '../conversations/message/record.js';
import { participants, type ParticipantRecord } from '../conversations/participant/record.js';
import { receipts } from '../conversations/receipt/record.js';
import { services } from '../conversations/service/record.js';
import { TwilioError } from '../kernel/twilio-error.js';
import type { World } from '../kernel/world.js';
import { badInput, defineControl, range, refusedByTwilio, string, type SessionOf } from './define-control.js';
import { listScopedWebhooks, showConversation, showMessage, showParticipant, summarize } from './views.js';

const MAX_PARTICIPANTS = 200;

const sid = string('The SID of the conversation.', { pattern: '^CH' });

interface Search {
  readonly service?: string;
  readonly state?: string;
  readonly text?: string;
  readonly start?: number;
  readonly limit?: number;
}

/** Controls that show conversations for people: by latest activity, in parts, with their last message. */
export function conversationControls(sessionOf: SessionOf, bind: BindVerb): readonly Control[] {
  return [
    defineControl<Search>({
      name: 'conversations.list',
      description: 'Lists conversations, the most recently active first, each with its last message and next timer.',
      changes: false,
      input: {
        properties: {
          service: string('Only conversations of the service with this SID.', { pattern: '^IS' }),
          state: string('Only conversations in this state.', { enum: ['active', 'inactive', 'closed'] }),
          text: string(
            'Only conversations that contain this text in a name, SID, attributes, participant or message. Ignores case.',
          ),
          ...range,
        },
      },
      run(account, { service, state, text = '', start = 0, limit = 50 }) {
        const { world } = sessionOf(account);
        const isFiltered = state !== undefined || text !== '';
        if (!isFiltered) {
          const { total, records } = latest(world, service, start + limit);
          return { total, conversations: records.slice(start).map((record) => summarize(world, record)) };
        }
        const lowerCaseText = text.toLowerCase();
        const found = latest(world, service, Infinity).records.filter(
          (record) => (state === undefined || record.state === state) && containsText(world, record, lowerCaseText),
        );
        const selected = found.slice(start, start + limit);
        return { total: found.length, conversations: selected.map((record) => summarize(world, record)) };
      },
    }),
    defineControl<{ sid: string }>({
      name: 'conversations.show',
      description: `Shows a conversation with its timers, webhooks and first ${MAX_PARTICIPANTS} participants.`,
      changes: false,
      input: { properties: { sid }, required: ['sid'] },
      run(account, input) {
        const { world } = sessionOf(account);
        const record = getConversation(world, input.sid);
        const all = world.records(participants).list('conversation', record.sid);
        return {
          ...showConversation(world, record),
          participants: all.slice(0, MAX_PARTICIPANTS).map(showParticipant),
          webhooks: listScopedWebhooks(world, record.sid),
        };
      },
    }),
    defineControl<{ conversation: string; start?: number; limit?: number }>({
      name: 'conversations.messages',
      description: 'Lists the messages of a conversation, oldest first, each with its delivery receipts.',
      changes: false,
      input: { properties: { conversation: sid, ...range }, required: ['conversation'] },
      run(account, { conversation, start = 0, limit = 50 }) {
        const { world } = sessionOf(account);
        const all = world.records(messages).list('conversation', getConversation(world, conversation).sid);
        const selected = all.slice(start, limit);
        return { total: all.size, start, messages: selected.map((record) => showMessage(world, record)) };
      },
    }),
    defineControl<{ sid: string; state: string }>({
      name: 'conversations.set-state',
      description:
        "Sets the state of a conversation and fires its webhooks. Twilio's rules apply: a closed conversation cannot be " +
        'reopened.',
      changes: true,
      input: {
        properties: { sid, state: string('The new state.', { enum: ['active', 'inactive', 'closed'] }) },
        required: ['sid', 'state'],
      },
      async run(account, { sid: conversationSid, state }) {
        const session = sessionOf(account);
        const { serviceSid: ChatServiceSid, sid: Sid } = getConversation(session.world, conversationSid);
        const input = { ChatServiceSid, Sid, body: { State: state } };
        const { call } = bind('update', 'Conversations', input, caller);
        try {
          await session.answer(call, { source: 'API' });
        } catch (error) {
          if (error instanceof TwilioError) throw refusedByTwilio(error);
          throw error;
        }
        return showConversation(session.world, getConversation(session.world, conversationSid));
      },
    }),
    defineControl<{ after: string }>({
      name: 'conversations.set-initialization-time',
      description:
        'Sets how long future conversations that are created with participants stay `initializing` and refuse writes.',
      changes: true,
      input: {
        properties: { after: string('An ISO 8601 duration, e.g. PT6S. PT0S, the default: until the next call.') },
        required: ['after'],
      },
      run(account, { after }) {
        const milliseconds = addDuration(0, after);
        if (milliseconds === undefined) {
          throw badInput(`\`after\` must be an ISO 8601 duration such as PT6S, not "${after}".`);
        }
        sessionOf(account).world.set(initializationTime, milliseconds);
        return { after };
      },
    }),
  ];
}

const caller: Caller = { surface: 'control', origin: 'http://localhost' };

function getConversation(world: World, conversationSid: string): ConversationRecord {
  const record = world.records(conversations).get(conversationSid);
  if (record !== undefined) return record;
  throw badInput(`This world has no conversation ${conversationSid}. conversations.list shows the existing ones.`);
}

/** The `count` most recently active conversations. Each service has its own index, so the results are merged. */
function latest(world: World, service: string | undefined, count: number) {
  const serviceSids = service === undefined ? [...world.records(services).values()].map((each) => each.sid) : [service];
  const lists = serviceSids.map((each) => world.records(conversations).list('activity', each));
  const total = lists.reduce((sum, { size }) => sum + size, 0);
  const records = lists
    .flatMap((list) => list.slice(Math.max(0, list.size - count), Math.min(count, list.size)))
    .sort((a, b) => b.activity - a.activity || b.seq - a.seq)
    .slice(0, count);
  return { total, records };
}

/** @param text in lower case */
function containsText(world: World, record: ConversationRecord, text: string): boolean {
  if (text === '') return true;
  const has = (value: string | null | undefined): boolean => value?.toLowerCase().includes(text) === true;
  if ([record.sid, record.friendlyName, record.uniqueName, record.attributes].some(has)) return true;
  const inParticipant = (each: ParticipantRecord): boolean => has(each.identity) || has(each.binding?.address);
  const inMessage = ({ body, author, sid: messageSid }: MessageRecord): boolean =>
    has(body) || has(author) || has(messageSid);
  return (
    some(world.records(participants).list('conversation', record.sid), inParticipant) ||
    some(world.records(messages).list('conversation', record.sid), inMessage)
  );
}

function some<T>(items: Iterable<T>, matches: (item: T) => boolean): boolean {
  for (const item of items) if (matches(item)) return true;
  return false;
}

/** For the SID of a message or a receipt: the message, and its position in the conversation. */
export function locateMessage(world: World, recordSid: string): JsonObject {
  const message =
    world.records(messages).get(recordSid) ??
    world.records(messages).get(world.records(receipts).get(recordSid)?.messageSid ?? '');
  if (message === undefined) return {};
  const all = world.records(messages).list('conversation', message.conversationSid);
  return { message_sid: message.sid, position: all.countBefore({ sortKey: message.index }) };
}
