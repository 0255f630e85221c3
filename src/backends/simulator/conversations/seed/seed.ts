import { UnderstudyError } from '../../../../core/errors.js';
import type { Call, Caller, Input, Verb } from '../../../../core/operation.js';
import type { JsonObject } from '../../../../core/body.js';
import { keyOf } from '../../kernel/collection.js';
import type { Reply } from '../../kernel/handler.js';
import { TwilioError } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';
import type { BindVerb } from '../bind.js';
import { bindings } from '../binding/binding.js';
import { media } from '../message/media.js';
import { participants } from '../participant/record.js';
import { moveReceipt } from '../receipt/receipt.js';
import { receipts } from '../receipt/record.js';
import { roles } from '../role/role.js';
import { defaultServiceSid } from '../service/record.js';
import { users } from '../user/record.js';
import type { Seed, SeedConversation, SeedEntry, SeedPath, SeedReceipt, SeedService } from './format.js';

type Answer = (world: World, call: Call, givenSid?: string) => Reply;

const caller: Caller = { surface: 'engine', origin: 'http://localhost' };
/** Keys that are not Twilio's form fields begin in lower case. */
const isField = (key: string): boolean => /^[A-Z]/.test(key);

/**
 * Fills a new world from a seed by ordinary calls, so that a seed contains nothing that Twilio would refuse.
 * @param prepare adds what every world has; not called if the seed names a default service
 */
export function createSeeder(
  seed: Seed,
  bind: BindVerb,
  answer: Answer,
  prepare: (world: World) => void,
): (world: World) => void {
  return (world) => {
    const givenSids = new Set<string>();
    const { services } = seed.document;
    const defaults = services.flatMap((service, i) => (service.default === true ? [i] : []));
    const second = defaults[1];
    if (second !== undefined) {
      throw seed.errorAt(['services', second, 'default'], 'only one service can be the default service');
    }
    // Lists show the oldest first, and programs take the first service of the list.
    if (defaults.length === 0) prepare(world);
    services.forEach((service, i) =>
      new ServiceSeeder(world, seed, bind, answer, givenSids).run(service, ['services', i]),
    );
  };
}

class ServiceSeeder {
  #serviceSid = '';

  constructor(
    readonly world: World,
    readonly seed: Seed,
    readonly bind: BindVerb,
    readonly answer: Answer,
    readonly givenSids: Set<string>,
  ) {}

  run({ default: isDefault = false, ...service }: SeedService, path: SeedPath): void {
    const { world } = this;
    const serviceSid = (this.#serviceSid = this.create('Services', {}, service, path));
    if (isDefault) world.set(defaultServiceSid, serviceSid);
    const inService = { ChatServiceSid: serviceSid };

    service.roles?.forEach((role, i) => this.create('Roles', inService, role, [...path, 'roles', i]));
    this.configure('Configuration', service.configuration, [...path, 'configuration']);
    this.configure('Configuration/Notifications', service.notifications, [...path, 'notifications']);
    this.configure('Configuration/Webhooks', service.webhooks, [...path, 'webhooks']);
    service.users?.forEach(({ role, online, ...user }, i) => {
      const userPath = [...path, 'users', i];
      const sid = this.create('Users', inService, this.withRole(user, role, userPath), userPath);
      const record = world.records(users).get(sid);
      if (online !== undefined && record !== undefined) world.update(users, record, { online });
    });
    service.media?.forEach(({ sid, size, content_type: contentType, filename = null }, i) => {
      this.claimSid(sid, [...path, 'media', i]);
      world.create(media, { serviceSid, size, contentType, filename, messageSid: null }, { sid });
    });
    service.bindings?.forEach((binding, i) => {
      this.claimSid(binding.sid, [...path, 'bindings', i]);
      const fields = {
        serviceSid,
        identity: binding.identity,
        bindingType: binding.binding_type,
        endpoint: binding.endpoint,
        credentialSid: binding.credential_sid,
        messageTypes: binding.message_types,
      };
      world.create(bindings, fields, { sid: binding.sid });
    });
    service.conversations?.forEach((conversation, i) => this.conversation(conversation, [...path, 'conversations', i]));
  }

  conversation(conversation: SeedConversation, path: SeedPath): void {
    const inService = { ChatServiceSid: this.#serviceSid };
    // Contents can be created only while the conversation is open, so its own state is set last.
    const { State, ...open } = conversation;
    const sid = this.create('Conversations', inService, open, path);
    const inside = { ...inService, ConversationSid: sid };

    const horizons: [Input, SeedPath][] = [];
    conversation.participants?.forEach(({ role, LastReadMessageIndex, ...participant }, i) => {
      const participantPath = [...path, 'participants', i];
      const entry = this.withRole(participant, role, participantPath);
      const participantSid = this.create('Conversations/Participants', inside, entry, participantPath);
      if (LastReadMessageIndex !== undefined) {
        horizons.push([{ ...inside, Sid: participantSid, body: { LastReadMessageIndex } }, participantPath]);
      }
    });
    conversation.webhooks?.forEach((webhook, i) =>
      this.create('Conversations/Webhooks', inside, webhook, [...path, 'webhooks', i]),
    );
    conversation.messages?.forEach(({ receipts: moved, ...message }, i) => {
      const messagePath = [...path, 'messages', i];
      const messageSid = this.create('Conversations/Messages', inside, message, messagePath);
      moved?.forEach((receipt, j) => this.receipt(sid, messageSid, receipt, [...messagePath, 'receipts', j]));
    });
    for (const [input, participantPath] of horizons) {
      this.call('update', 'Conversations/Participants', input, participantPath);
    }
    if (State !== undefined && State !== 'active') {
      this.call('update', 'Conversations', { ...inService, Sid: sid, body: { State } }, [...path, 'State']);
    }
  }

  receipt(conversationSid: string, messageSid: string, moved: SeedReceipt, path: SeedPath): void {
    const { world } = this;
    const recipient = world.records(participants).find('address', keyOf(conversationSid, moved.to));
    const all = [...world.records(receipts).list('message', messageSid)];
    const record = all.find(({ participantSid }) => participantSid === recipient?.sid);
    if (record === undefined) throw this.seed.errorAt([...path, 'to'], `the message has no receipt for ${moved.to}`);
    moveReceipt(world, record, moved.status, moved.error_code);
  }

  configure(noun: string, entry: SeedEntry | undefined, path: SeedPath): void {
    if (entry === undefined) return;
    this.call('update', noun, { ChatServiceSid: this.#serviceSid, body: fieldsOf(entry) }, path);
  }

  /** A seed can give a role by its friendly name, since the SIDs of the default roles are generated. */
  withRole(entry: SeedEntry, role: string | undefined, path: SeedPath): SeedEntry {
    if (role === undefined) return entry;
    const found = [...this.world.records(roles).list('service', this.#serviceSid)].find((r) => r.friendlyName === role);
    if (found === undefined) throw this.seed.errorAt([...path, 'role'], `the service has no role "${role}"`);
    return { ...entry, RoleSid: found.sid };
  }

  /** @returns the SID of the created record */
  create(noun: string, parents: Input, entry: SeedEntry, path: SeedPath): string {
    this.claimSid(entry.sid, path);
    const sid = this.call('create', noun, { ...parents, body: fieldsOf(entry) }, path, entry.sid)?.['sid'];
    if (typeof sid !== 'string') throw new Error(`The response to create ${noun} has no SID`);
    return sid;
  }

  claimSid(sid: string | undefined, path: SeedPath): void {
    if (sid === undefined) return;
    if (this.givenSids.has(sid)) throw this.seed.errorAt([...path, 'sid'], `${sid} is given twice`);
    this.givenSids.add(sid);
  }

  call(verb: Verb, noun: string, input: Input, path: SeedPath, givenSid?: string): JsonObject | null {
    const call = this.bound(verb, noun, input, path);
    try {
      return (this.answer(this.world, call, givenSid).body?.value ?? null) as JsonObject | null;
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      throw this.seed.errorAt(path, `Twilio would refuse this: ${error.code} ${error.message}`);
    }
  }

  bound(verb: Verb, noun: string, input: Input, path: SeedPath): Call {
    try {
      const { call, ignored } = this.bind(verb, noun, input, caller);
      const [unknown] = ignored;
      if (unknown === undefined) return call;
      // A field is at a different path in the file if it is nested than if it is written with dots.
      const fieldPath = Object.hasOwn(input['body'] as object, unknown) ? [unknown] : unknown.split('.');
      throw this.seed.errorAt([...path, ...fieldPath], `${call.operation.name} has no such form field`);
    } catch (error) {
      if (!(error instanceof UnderstudyError) || error.name === 'UNDERSTUDY_BAD_SEED') throw error;
      throw this.seed.errorAt(path, error.message);
    }
  }
}

function fieldsOf(entry: SeedEntry): Input {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => isField(key)));
}
