import { UnderstudyError } from '../../../../core/errors.js';
import type { Call, Caller, Input } from '../../../../core/operation.js';
import type { JsonObject } from '../../../../core/body.js';
import type { ReceiptRecord } from '../records.js';
import { bindings, media, participants, receipts, roles, users, keyOf } from '../tables.js';
import type { Reply } from '../../kernel/handler.js';
import { moveReceipt } from '../receipt/receipt.js';
import type { Seed, SeedConversation, SeedEntry, SeedPath, SeedReceipt, SeedService } from './format.js';
import { TwilioError } from '../../kernel/twilio-error.js';
import type { World } from '../../kernel/world.js';

export type Bind = (operation: string, input: Input, caller: Caller) => { call: Call; ignored: readonly string[] };
type Answer = (world: World, call: Call, givenSid?: string) => Reply;

const caller: Caller = { surface: 'engine', origin: 'http://localhost' };
/** What an entry says beside Twilio's form fields begins in lower case. */
const isField = (key: string): boolean => /^[A-Z]/.test(key);

/**
 * Fills a new world from a seed by the very calls that a program would make, so that a seed can hold nothing that
 * Twilio would refuse.
 */
export function createSeeder(seed: Seed, bind: Bind, answer: Answer): (world: World) => void {
  return (world) => {
    const givenSids = new Set<string>();
    seed.document.services.forEach((service, i) =>
      new Seeder(world, seed, bind, answer, givenSids).service(service, ['services', i]),
    );
  };
}

class Seeder {
  #serviceSid = '';
  readonly #givenSids: Set<string>;

  constructor(
    readonly world: World,
    readonly seed: Seed,
    readonly bind: Bind,
    readonly answer: Answer,
    givenSids: Set<string>,
  ) {
    this.#givenSids = givenSids;
  }

  service(service: SeedService, path: SeedPath): void {
    const { world } = this;
    const serviceSid = (this.#serviceSid = this.create('createservice', {}, service, path));
    const inService = { ChatServiceSid: serviceSid };

    each(service.roles, (role, i) => this.create('createservicerole', inService, role, [...path, 'roles', i]));
    this.settings('updateserviceconfiguration', service, 'configuration', path);
    this.settings('updateservicenotification', service, 'notifications', path);
    this.settings('updateservicewebhookconfiguration', service, 'webhooks', path);
    each(service.users, ({ role, online, ...user }, i) => {
      const place = [...path, 'users', i];
      const sid = this.create('createserviceuser', inService, this.withRole(user, role, place), place);
      const record = world.records(users).get(sid);
      if (online !== undefined && record !== undefined) world.update(users, record, { online });
    });
    each(service.media, ({ sid, size, content_type: contentType, filename = null }, i) => {
      this.checkSid(sid, [...path, 'media', i]);
      world.create(media, { serviceSid, size, contentType, filename, messageSid: null }, { sid });
    });
    each(service.bindings, (binding, i) => {
      this.checkSid(binding.sid, [...path, 'bindings', i]);
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
    each(service.conversations, (conversation, i) => this.conversation(conversation, [...path, 'conversations', i]));
  }

  conversation(conversation: SeedConversation, path: SeedPath): void {
    const inService = { ChatServiceSid: this.#serviceSid };
    // What lies inside is made while the conversation is open; its own state comes last.
    const { State, ...open } = conversation;
    const sid = this.create('createserviceconversation', inService, open, path);
    const inside = { ...inService, ConversationSid: sid };

    const horizons: [Input, SeedPath][] = [];
    each(conversation.participants, ({ role, LastReadMessageIndex, ...participant }, i) => {
      const place = [...path, 'participants', i];
      const entry = this.withRole(participant, role, place);
      const participantSid = this.create('createserviceconversationparticipant', inside, entry, place);
      if (LastReadMessageIndex !== undefined) {
        horizons.push([{ ...inside, Sid: participantSid, body: { LastReadMessageIndex } }, place]);
      }
    });
    each(conversation.webhooks, (webhook, i) =>
      this.create('createserviceconversationscopedwebhook', inside, webhook, [...path, 'webhooks', i]),
    );
    each(conversation.messages, ({ receipts: moved, ...message }, i) => {
      const place = [...path, 'messages', i];
      const messageSid = this.create('createserviceconversationmessage', inside, message, place);
      each(moved, (receipt, j) => this.receipt(sid, messageSid, receipt, [...place, 'receipts', j]));
    });
    for (const [input, place] of horizons) this.ask('updateserviceconversationparticipant', input, place);
    if (State !== undefined && State !== 'active') {
      this.ask('updateserviceconversation', { ...inService, Sid: sid, body: { State } }, [...path, 'State']);
    }
  }

  receipt(conversationSid: string, messageSid: string, moved: SeedReceipt, path: SeedPath): void {
    const { world } = this;
    const recipient = world.records(participants).find('address', keyOf(conversationSid, moved.to));
    const all: Iterable<ReceiptRecord> = world.records(receipts).list('message', messageSid);
    const record = [...all].find((candidate) => candidate.participantSid === recipient?.sid);
    if (record === undefined) throw this.seed.fault([...path, 'to'], `the message has no receipt for ${moved.to}`);
    moveReceipt(world, record, moved.status, moved.error_code);
  }

  settings(
    operation: string,
    service: SeedService,
    key: 'configuration' | 'notifications' | 'webhooks',
    path: SeedPath,
  ) {
    const entry = service[key];
    if (entry !== undefined) {
      this.ask(operation, { ChatServiceSid: this.#serviceSid, body: fieldsOf(entry) }, [...path, key]);
    }
  }

  /** A role can be named by its friendly name, since a seed does not know the SIDs of the default ones. */
  withRole(entry: SeedEntry, role: string | undefined, path: SeedPath): SeedEntry {
    if (role === undefined) return entry;
    const found = [...this.world.records(roles).list('service', this.#serviceSid)].find((r) => r.friendlyName === role);
    if (found === undefined) throw this.seed.fault([...path, 'role'], `the service has no role "${role}"`);
    return { ...entry, RoleSid: found.sid };
  }

  create(operation: string, place: Input, entry: SeedEntry, path: SeedPath): string {
    this.checkSid(entry.sid, path);
    const sid = this.ask(operation, { ...place, body: fieldsOf(entry) }, path, entry.sid)?.['sid'];
    if (typeof sid !== 'string') throw new Error(`${operation} made something without a SID`);
    return sid;
  }

  checkSid(sid: string | undefined, path: SeedPath): void {
    if (sid === undefined) return;
    if (this.#givenSids.has(sid)) throw this.seed.fault([...path, 'sid'], `${sid} is given twice`);
    this.#givenSids.add(sid);
  }

  ask(operation: string, input: Input, path: SeedPath, givenSid?: string): JsonObject | null {
    const call = this.callOf(operation, input, path);
    try {
      return (this.answer(this.world, call, givenSid).body?.value ?? null) as JsonObject | null;
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
      throw this.seed.fault(path, `Twilio would refuse this: ${error.code} ${error.message}`);
    }
  }

  callOf(operation: string, input: Input, path: SeedPath): Call {
    try {
      const { call, ignored } = this.bind(operation, input, caller);
      const [unknown] = ignored;
      if (unknown === undefined) return call;
      // A field stands elsewhere in the file when it is nested than when it is written with dots.
      const place = Object.hasOwn(input['body'] as object, unknown) ? [unknown] : unknown.split('.');
      throw this.seed.fault([...path, ...place], `${operation} has no such form field`);
    } catch (error) {
      if (!(error instanceof UnderstudyError) || error.name === 'UNDERSTUDY_BAD_SEED') throw error;
      throw this.seed.fault(path, error.message);
    }
  }
}

function fieldsOf(entry: SeedEntry): Input {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => isField(key)));
}

function each<T>(items: readonly T[] | undefined, use: (item: T, index: number) => void): void {
  items?.forEach(use);
}
