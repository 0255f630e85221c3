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
import { participantFormOf, type ParticipantForm } from './participant-entry.js';
import { conversationWithParticipantsFields } from './descriptions.js';

const MAX_PARTICIPANTS = 10;

const entries: Field<readonly string[]> = { read: (values) => values };
const form = { ...conversationForm, Participant: entries };

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
        propose: (ctx: Context) => ({
          event: conversationEvents.eventOf(
            'Add',
            newConversation(readFields(form, ctx.call.form), serviceOf(ctx), ctx),
            ctx,
          ),
          changeable: conversationEvents.changeable,
        }),
      },
    }),
  },
};

function create(ctx: Context): Reply {
  const { world, writeOrigin } = ctx;
  const { Participant: texts = [], ...sent } = readFields(form, ctx.call.form);
  if (texts.length > MAX_PARTICIPANTS) throw refuse(50426);
  const forms = texts.map(participantFormOf);
  const fields = newConversation(sent, serviceOf(ctx), ctx);
  const dates = { dateCreated: sent.DateCreated, dateUpdated: sent.DateUpdated };
  if (forms.length === 0) {
    const record = world.create(conversations, fields, dates);
    if (writeOrigin.isSilent !== true) world.emit(conversationEvents.eventOf('Added', record, ctx));
    return { status: 201, body: bodyOf(render(record, ctx)) };
  }
  const record = world.create(
    conversations,
    { ...fields, state: 'initializing', timers: { ...fields.timers, due: null } },
    dates,
  );
  checkParticipants(world, record, forms);
  const firesWebhooks = writeOrigin.isSilent !== true;
  world.create(initializations, {
    conversationSid: record.sid,
    entries: texts,
    state: fields.state,
    firesWebhooks,
    due: world.now() + world.get(initializationTime),
  });
  if (firesWebhooks) world.emit(conversationEvents.eventOf('Added', record, ctx));
  // 202 with `initializing` is documented; the published examples show `active`.
  return { status: 202, body: bodyOf(render(record, ctx)) };
}

/** Adds the participants on trial, and takes them out again. @throws TwilioError when one is refused; the conversation is removed then */
function checkParticipants(world: World, conversation: ConversationRecord, forms: readonly ParticipantForm[]): void {
  try {
    removeParticipants(world, conversation, addParticipants(world, conversation, forms));
  } catch (error) {
    world.remove(conversations, conversation);
    // An address pair in use has a code of its own here (dictionary).
    if (error instanceof TwilioError && error.code === 50416) throw refuse(50425);
    throw error;
  }
}

/** As a conversation, but with `links` before `url`, and without `export` (published description). */
function render(record: ConversationRecord, view: View): JsonObject {
  return {
    ...renderFields(record, view),
    links: renderLinks(record, view),
    url: view.link('fetch', 'Conversations', record),
  };
}
