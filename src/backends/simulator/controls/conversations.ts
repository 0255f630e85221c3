import type { Caller } from '../../../core/operation.js';
import type { Control } from '../../../core/control.js';
import type { JsonObject } from '../../../core/body.js';
import { conversations, messages, participants, receipts, services } from '../conversations/tables.js';
import type { ConversationRecord, MessageRecord, ParticipantRecord } from '../conversations/records.js';
import type { Bind } from '../conversations/seed/seed.js';
import { TwilioError } from '../kernel/twilio-error.js';
import type { World } from '../kernel/world.js';
import { badInput, control, integer, string, type StageOf } from './parts.js';
import { listScopedWebhooks, showConversation, showMessage, showParticipant, summarize } from './show.js';

const MOST_PARTICIPANTS = 200;

const window = {
  start: integer('How many to leave out at the beginning; none if absent.', { minimum: 0 }),
  limit: integer('How many at most; 50 if absent.', { minimum: 1, maximum: 200 }),
};
const sid = string('The SID of the conversation.', { pattern: '^CH' });

interface Search {
  readonly service?: string;
  readonly state?: string;
  readonly text?: string;
  readonly start?: number;
  readonly limit?: number;
}

/** Conversations as people see them: by last activity, with what was said last. A window at a time, however many there are. */
export function conversationControls(stageOf: StageOf, bind: Bind): readonly Control[] {
  return [
    control<Search>({
      name: 'conversations.list',
      description: 'Lists conversations, the latest activity first, each with its last message and its timers.',
      changes: false,
      input: {
        properties: {
          service: string('Only of this service.', { pattern: '^IS' }),
          state: string('Only in this state.', { enum: ['active', 'inactive', 'closed'] }),
          text: string('Only with this text in a name, a SID, a participant or a message.'),
          ...window,
        },
      },
      run(account, { service, state, text = '', start = 0, limit = 50 }) {
        const { world } = stageOf(account);
        const isFiltered = state !== undefined || text !== '';
        if (!isFiltered) {
          const { total, records } = latest(world, service, start + limit);
          return { total, conversations: records.slice(start).map((record) => summarize(world, record)) };
        }
        const found = latest(world, service, Infinity).records.filter(
          (record) => (state === undefined || record.state === state) && says(world, record, text.toLowerCase()),
        );
        const shown = found.slice(start, start + limit);
        return { total: found.length, conversations: shown.map((record) => summarize(world, record)) };
      },
    }),
    control<{ sid: string }>({
      name: 'conversations.show',
      description: 'Shows a conversation with its participants, timers and webhooks.',
      changes: false,
      input: { properties: { sid }, required: ['sid'] },
      run(account, { sid: wanted }) {
        const { world } = stageOf(account);
        const record = find(world, wanted);
        const all = world.records(participants).list('conversation', record.sid);
        return {
          ...showConversation(world, record),
          participants: all.slice(0, MOST_PARTICIPANTS).map(showParticipant),
          webhooks: listScopedWebhooks(world, record.sid),
        };
      },
    }),
    control<{ conversation: string; start?: number; limit?: number }>({
      name: 'conversations.messages',
      description: 'Lists the messages of a conversation, oldest first, each with its delivery receipts.',
      changes: false,
      input: {
        properties: { conversation: string('The SID of the conversation.', { pattern: '^CH' }), ...window },
        required: ['conversation'],
      },
      run(account, { conversation, start = 0, limit = 50 }) {
        const { world } = stageOf(account);
        const all = world.records(messages).list('conversation', find(world, conversation).sid);
        const shown = all.slice(start, limit);
        return { total: all.size, start, messages: shown.map((record) => showMessage(world, record)) };
      },
    }),
    control<{ sid: string; state: string }>({
      name: 'conversations.set-state',
      description: 'Sets the state of a conversation as Twilio would allow it, with its events. Closed is final.',
      changes: true,
      input: {
        properties: { sid, state: string('The state.', { enum: ['active', 'inactive', 'closed'] }) },
        required: ['sid', 'state'],
      },
      async run(account, { sid: wanted, state }) {
        const stage = stageOf(account);
        const { serviceSid: ChatServiceSid, sid: Sid } = find(stage.world, wanted);
        const input = { ChatServiceSid, Sid, body: { State: state } };
        const { call } = bind('updateserviceconversation', input, caller);
        try {
          await stage.play(call, { source: 'API' });
        } catch (error) {
          if (error instanceof TwilioError) throw badInput(`Twilio would refuse this: ${error.code} ${error.message}`);
          throw error;
        }
        return showConversation(stage.world, find(stage.world, wanted));
      },
    }),
  ];
}

const caller: Caller = { surface: 'control', origin: 'http://localhost' };

function find(world: World, wanted: string): ConversationRecord {
  const record = world.records(conversations).get(wanted);
  if (record !== undefined) return record;
  throw badInput(`There is no conversation ${wanted} in this world.`);
}

/** The `count` conversations with the latest activity. Each service has its own order, so each gives its latest. */
function latest(world: World, service: string | undefined, count: number) {
  const inServices = service === undefined ? [...world.records(services).values()].map((each) => each.sid) : [service];
  const lists = inServices.map((each) => world.records(conversations).list('activity', each));
  const total = lists.reduce((sum, { size }) => sum + size, 0);
  const records = lists
    .flatMap((list) => list.slice(Math.max(0, list.size - count), Math.min(count, list.size)))
    .sort((a, b) => b.activity - a.activity || b.seq - a.seq)
    .slice(0, count);
  return { total, records };
}

function says(world: World, record: ConversationRecord, text: string): boolean {
  if (text === '') return true;
  const has = (value: string | null | undefined): boolean => value?.toLowerCase().includes(text) === true;
  if ([record.sid, record.friendlyName, record.uniqueName, record.attributes].some(has)) return true;
  const speaks = (each: ParticipantRecord): boolean => has(each.identity) || has(each.binding?.address);
  const contains = ({ body, author, sid: own }: MessageRecord): boolean => has(body) || has(author) || has(own);
  return (
    some(world.records(participants).list('conversation', record.sid), speaks) ||
    some(world.records(messages).list('conversation', record.sid), contains)
  );
}

function some<T>(items: Iterable<T>, holds: (item: T) => boolean): boolean {
  for (const item of items) if (holds(item)) return true;
  return false;
}

/** Where a record of any kind inside a conversation is to be looked at. */
export function placeOf(world: World, recordSid: string): JsonObject {
  const message =
    world.records(messages).get(recordSid) ??
    world.records(messages).get(world.records(receipts).get(recordSid)?.messageSid ?? '');
  if (message === undefined) return {};
  const before = world.records(messages).list('conversation', message.conversationSid);
  return { message_sid: message.sid, position: before.countBefore({ sortKey: message.index }) };
}
