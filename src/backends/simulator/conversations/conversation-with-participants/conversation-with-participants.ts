/**
 * A conversation with its participants, in one request: 201 without participants; with them 202, and they are added after
 * the response. Everything is checked first, and a fault refuses the whole request (documentation).
 */
import type { JsonObject } from '../../../../core/body.js';
import { bodyOf } from '../../../../core/body.js';
import type { Context, View } from '../../kernel/context.js';
import { readFields, type Field } from '../../kernel/fields.js';
import type { Handler, Reply } from '../../kernel/handler.js';
import type { Resource } from '../../kernel/product.js';
import type { AnyTable } from '../../kernel/schema.js';
import { TwilioError } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import { conversationForm, newConversation, renderFields, renderLinks } from '../conversation/conversation.js';
import { conversationEvents } from '../conversation/events.js';
import { conversations, type ConversationRecord } from '../conversation/record.js';
import { refuse } from '../refusals.js';
import { serviceOf } from '../service/record.js';
import {
  addParticipants,
  initializations,
  initializationTime,
  nextInitialization,
  removeParticipants,
} from './initialization.js';
import { checkEntries } from './participant-entry.js';
import { conversationWithParticipantsFields } from './descriptions.js';

const MAX_PARTICIPANTS = 10;

const texts: Field<readonly string[]> = { read: (values) => values };
const form = { ...conversationForm, Participant: texts };

export const conversationWithParticipants: Resource = {
  noun: 'ConversationWithParticipants',
  scopes: ['account', 'service'],
  descriptions: conversationWithParticipantsFields,
  table: initializations as unknown as AnyTable,
  settings: [initializationTime],
  nextDue: nextInitialization,
  handlers: {
    create: Object.assign(create satisfies Handler, {
      preAction: {
        eventType: conversationEvents.typeOf('Add'),
        propose(ctx: Context) {
          const planned = plan(ctx);
          // A request that is refused calls no webhook.
          if (planned.entries.length > 0) ctx.world.remove(conversations, createInitializing(ctx.world, planned));
          return { event: conversationEvents.eventOf('Add', planned.fields, ctx), changeable };
        },
      },
    }),
  },
};

const { changeable } = conversationEvents;

type Plan = ReturnType<typeof plan>;

/** Checks all but the participants. */
function plan(ctx: Context) {
  const { Participant: entries = [], ...sent } = readFields(form, ctx.call.form);
  if (entries.length > MAX_PARTICIPANTS) throw refuse(50426);
  checkEntries(entries);
  return {
    entries,
    fields: newConversation(sent, serviceOf(ctx), ctx),
    dates: { dateCreated: sent.DateCreated, dateUpdated: sent.DateUpdated },
  };
}

function create(ctx: Context): Reply {
  const { world, writeOrigin } = ctx;
  const planned = plan(ctx);
  const { entries, fields, dates } = planned;
  const firesWebhooks = writeOrigin.isSilent !== true;
  const isComplete = entries.length === 0;
  const record = isComplete ? world.create(conversations, fields, dates) : createInitializing(world, planned);
  if (!isComplete) {
    world.create(initializations, {
      conversationSid: record.sid,
      entries,
      state: fields.state,
      firesWebhooks,
      due: world.now() + world.get(initializationTime),
    });
  }
  if (firesWebhooks) world.emit(conversationEvents.eventOf('Added', record, ctx));
  // 202 with `initializing` is documented; the published examples show `active`.
  return { status: isComplete ? 201 : 202, body: bodyOf(render(record, ctx)) };
}

/**
 * Creates a conversation whose participants are still to be added. They are added on trial, and taken out again.
 * @throws TwilioError for the first participant that is refused; nothing has been created then
 */
function createInitializing(world: World, { entries, fields, dates }: Plan): ConversationRecord {
  const initializing = { ...fields, state: 'initializing', timers: { ...fields.timers, due: null } } as const;
  const record = world.create(conversations, initializing, dates);
  try {
    removeParticipants(world, record, addParticipants(world, record, entries));
    return record;
  } catch (error) {
    world.remove(conversations, record);
    // An address pair in use has a code of its own here (dictionary).
    if (error instanceof TwilioError && error.code === 50416) throw refuse(50425);
    throw error;
  }
}

/** As a conversation, but with `links` before `url`, and without `export` (published description). */
function render(record: ConversationRecord, view: View): JsonObject {
  const url = view.link('fetch', 'Conversations', record);
  return Object.assign(renderFields(record, view), { links: renderLinks(record, view), url });
}
