/**
 * What the roles of a user permit. They apply to users of the client SDKs only (documentation). Which permission a call
 * needs is inferred from the names of the permissions.
 */
import type { Call, ClientUser } from '../../../../core/operation.js';
import { keyOf } from '../../kernel/collection.js';
import type { World } from '../../kernel/world.js';
import { findConversation, type ConversationRecord } from '../conversation/record.js';
import { messages } from '../message/record.js';
import { findParticipant, participants } from '../participant/record.js';
import { media } from '../media/record.js';
import { refuse } from '../refusals.js';
import { defaultServiceSid } from '../service/record.js';
import { findUser } from '../user/record.js';
import { roles } from './role.js';

/** A user in a service, and perhaps in one of its conversations. */
class Rights {
  readonly #service: ReadonlySet<string>;
  readonly #conversation: ReadonlySet<string>;
  readonly isParticipant: boolean;

  constructor(world: World, serviceSid: string, identity: string, conversationSid?: string) {
    const user = findUser(world, serviceSid, identity);
    this.#service = new Set(world.records(roles).get(user?.roleSid ?? '')?.permissions);
    const own =
      conversationSid === undefined
        ? undefined
        : world.records(participants).find('identity', keyOf(conversationSid, identity));
    this.isParticipant = own !== undefined;
    this.#conversation = new Set(world.records(roles).get(own?.roleSid ?? '')?.permissions);
  }

  /** A permission of the user's role in the service applies in all its conversations. */
  has(permission: string): boolean {
    return this.#service.has(permission) || this.#conversation.has(permission);
  }
}

/** Whether a user may read the description of a conversation: participants, its creator, and those who may join it. */
export function maySee(world: World, { sid, serviceSid, createdBy }: ConversationRecord, identity: string): boolean {
  const rights = new Rights(world, serviceSid, identity, sid);
  return rights.isParticipant || createdBy === identity || rights.has('joinConversation');
}

interface Request {
  readonly call: Call;
  readonly world: World;
  readonly serviceSid: string;
  readonly identity: string;
  readonly conversation: ConversationRecord | undefined;
  readonly rights: Rights;
}

/** Refuses a call that the roles of the user do not permit. What does not exist is left to the operation to refuse. */
export function checkRights(world: World, call: Call, user: ClientUser): void {
  const serviceSid = call.path.get('ChatServiceSid') ?? '';
  // A user of another service may have the same identity.
  if (serviceSid !== (user.serviceSid ?? world.get(defaultServiceSid))) throw refuse(50107);
  const isConversation = call.operation.noun === 'Conversations';
  const key = call.path.get('ConversationSid') ?? (isConversation ? call.path.get('Sid') : undefined);
  const conversation = key === undefined ? undefined : findConversation(world, serviceSid, key);
  if (key !== undefined && conversation === undefined) return;
  const { identity } = user;
  const rights = new Rights(world, serviceSid, identity, conversation?.sid);
  const request = { call, world, serviceSid, identity, conversation, rights };
  const { noun, verb } = call.operation;
  const check = rules[`${verb} ${noun}`];
  if (check === undefined) throw refuse(50107);
  check(request);
}

const needs = (rights: Rights, ...anyOf: readonly string[]): void => {
  if (!anyOf.some((permission) => rights.has(permission))) throw refuse(50107);
};

const ownOrAny = (rights: Rights, isOwn: boolean, action: string, what: string): void =>
  needs(rights, `${action}Any${what}`, ...(isOwn ? [`${action}Own${what}`] : []));

const sends = (call: Call, ...fields: readonly string[]): boolean => fields.some((field) => call.form.has(field));

const participantsOnly = ({ rights }: Request): void => {
  if (!rights.isParticipant) throw refuse(50430);
};

const rules: Readonly<Record<string, (request: Request) => void>> = {
  'create Conversations': ({ rights }) => needs(rights, 'createConversation'),
  'fetch Conversations'({ world, conversation, identity }) {
    if (conversation !== undefined && !maySee(world, conversation, identity)) throw refuse(50430);
  },
  'update Conversations'({ call, rights }) {
    if (sends(call, 'FriendlyName', 'UniqueName')) needs(rights, 'editConversationName');
    if (sends(call, 'Attributes')) needs(rights, 'editConversationAttributes');
  },
  'delete Conversations': ({ rights }) => needs(rights, 'deleteConversation'),

  'create Conversations/Participants'({ call, rights, identity }) {
    const [added] = call.form.get('Identity') ?? [];
    if (added === undefined) needs(rights, 'addNonChatParticipant');
    else needs(rights, 'addParticipant', ...(added === identity ? ['joinConversation'] : []));
  },
  'update Conversations/Participants': (request) =>
    ownOrAny(request.rights, isOwnParticipant(request), 'edit', 'ParticipantAttributes'),
  'delete Conversations/Participants': (request) =>
    needs(request.rights, 'removeParticipant', ...(isOwnParticipant(request) ? ['leaveConversation'] : [])),

  'create Conversations/Messages'(request) {
    participantsOnly(request);
    const { call, rights } = request;
    const hasMedia = sends(call, 'MediaSid');
    if (hasMedia) needs(rights, 'sendMediaMessage');
    if (!hasMedia || sends(call, 'Body')) needs(rights, 'sendMessage');
  },
  'update Conversations/Messages'(request) {
    const { call, rights } = request;
    const isOwn = isOwnMessage(request);
    if (sends(call, 'Body', 'Author', 'Subject')) ownOrAny(rights, isOwn, 'edit', 'Message');
    if (sends(call, 'Attributes')) ownOrAny(rights, isOwn, 'edit', 'MessageAttributes');
  },
  'delete Conversations/Messages': (request) => ownOrAny(request.rights, isOwnMessage(request), 'delete', 'Message'),
  'list Conversations/Messages/Receipts': participantsOnly,

  // Which message a file is for is known when the message is sent.
  'create Media': () => undefined,
  'fetch Media': readableMedia,
  'fetch Media/Content': readableMedia,

  'fetch Users': () => undefined,
  'update Users': (request) => ownOrAny(request.rights, isOwnUser(request, 'Sid'), 'edit', 'UserInfo'),

  'list Users/Conversations': ownOnly,
  'fetch Users/Conversations': ownOnly,
  'update Users/Conversations'(request) {
    ownOnly(request);
    if (sends(request.call, 'NotificationLevel') && request.rights.isParticipant) {
      needs(request.rights, 'editNotificationLevel');
    }
  },
};

/** Files of one's own, and those of conversations that one participates in. */
function readableMedia({ world, call, serviceSid, identity }: Request): void {
  const found = world.records(media).get(call.path.get('Sid') ?? '');
  const conversationSid = found?.conversationSid ?? undefined;
  if (found === undefined || (conversationSid === undefined && found.author === identity)) return;
  if (!new Rights(world, serviceSid, identity, conversationSid).isParticipant) throw refuse(50430);
}

function ownOnly(request: Request): void {
  if (!isOwnUser(request, 'UserSid')) throw refuse(50107);
}

function isOwnParticipant({ world, call, conversation, identity }: Request): boolean {
  const found = findParticipant(world, conversation?.sid ?? '', call.path.get('Sid') ?? '');
  return found?.identity === identity;
}

function isOwnMessage({ world, call, identity }: Request): boolean {
  return world.records(messages).get(call.path.get('Sid') ?? '')?.author === identity;
}

function isOwnUser({ world, serviceSid, call, identity }: Request, placeholder: string): boolean {
  const key = call.path.get(placeholder) ?? '';
  return findUser(world, serviceSid, key)?.identity === identity;
}
