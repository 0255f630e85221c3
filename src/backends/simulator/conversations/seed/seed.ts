import type { Input } from '../../../../core/operation.js';
import { keyOf } from '../../kernel/collection.js';
import type { World } from '../../kernel/world.js';
import type { BindVerb, UnknownField } from '../bind.js';
import { bindings } from '../binding/binding.js';
import { media } from '../media/record.js';
import { participants } from '../participant/record.js';
import { moveReceipt } from '../receipt/receipt.js';
import { receipts } from '../receipt/record.js';
import { roles } from '../role/role.js';
import { defaultServiceSid } from '../service/record.js';
import { users } from '../user/record.js';
import type { Seed, SeedConversation, SeedEntry, SeedMedia, SeedPath, SeedReceipt, SeedService } from './format.js';
import { SeedWriter, type Answer } from './writer.js';

type StoreFile = (bytes: Buffer) => string;

export interface SeederOptions {
  /** Adds what every world has; not called if the seed names a default service. */
  readonly prepare: (world: World) => void;
  readonly unknownField: UnknownField;
  /** Stores the bytes of media, and returns their key. */
  readonly storeFile: StoreFile;
  /** Called for every thousandth entry. */
  readonly onProgress?: ((written: number, size: number) => void) | undefined;
}

/**
 * Fills a new world from a seed by ordinary calls, so that a seed contains nothing that Twilio would refuse.
 */
export function createSeeder(
  seed: Seed,
  bind: BindVerb,
  answer: Answer,
  { prepare, unknownField, storeFile, onProgress }: SeederOptions,
): (world: World) => void {
  return (world) => {
    const writer = new SeedWriter(world, seed, bind, unknownField, answer, onProgress);
    const { credentials, services, configuration, webhooks, addresses } = seed.document();
    const defaults = services.flatMap((service, i) => (service.default === true ? [i] : []));
    const second = defaults[1];
    if (second !== undefined) {
      throw seed.errorAt(['services', second, 'default'], 'only one service can be the default service');
    }
    // Lists show the oldest first, and programs take the first service of the list.
    if (defaults.length === 0) prepare(world);
    credentials?.forEach((credential, i) => writer.create('Credentials', {}, credential, ['credentials', i]));
    services.forEach((service, i) => new ServiceSeeder(writer, storeFile).run(service, ['services', i]));
    // These can name services of the seed.
    writer.configure('Configuration', {}, configuration, ['configuration'], 'account');
    writer.configure('Configuration/Webhooks', {}, webhooks, ['webhooks'], 'account');
    addresses?.forEach((address, i) => writer.create('Configuration/Addresses', {}, address, ['addresses', i]));
  };
}

class ServiceSeeder {
  #serviceSid = '';

  constructor(
    readonly writer: SeedWriter,
    readonly storeFile: StoreFile,
  ) {}

  run({ default: isDefault = false, ...service }: SeedService, path: SeedPath): void {
    const { world } = this.writer;
    const serviceSid = (this.#serviceSid = this.writer.create('Services', {}, service, path));
    if (isDefault) world.set(defaultServiceSid, serviceSid);
    const inService = { ChatServiceSid: serviceSid };

    service.roles?.forEach((role, i) => this.writer.create('Roles', inService, role, [...path, 'roles', i]));
    this.writer.configure('Configuration', inService, service.configuration, [...path, 'configuration']);
    this.writer.configure('Configuration/Notifications', inService, service.notifications, [...path, 'notifications']);
    this.writer.configure('Configuration/Webhooks', inService, service.webhooks, [...path, 'webhooks']);
    service.users?.forEach(({ role, online, ...user }, i) => {
      const userPath = [...path, 'users', i];
      const sid = this.writer.create('Users', inService, this.withRole(user, role, userPath), userPath);
      const record = world.records(users).get(sid);
      if (online !== undefined && record !== undefined) world.update(users, record, { online });
    });
    service.media?.forEach((file, i) => this.file(file, [...path, 'media', i]));
    service.bindings?.forEach((binding, i) => {
      this.writer.claimSid(binding.sid, [...path, 'bindings', i]);
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

  file({ sid, size, base64, content_type: contentType, filename }: SeedMedia, path: SeedPath): void {
    const { world, seed } = this.writer;
    this.writer.claimSid(sid, path);
    const bytes = base64 === undefined ? undefined : Buffer.from(base64, 'base64');
    if ((bytes === undefined) === (size === undefined)) throw seed.errorAt(path, 'give either `size` or `base64`');
    const stored = bytes && { content: this.storeFile(bytes) };
    const fields = {
      serviceSid: this.#serviceSid,
      size: bytes?.length ?? size ?? 0,
      contentType,
      filename: filename ?? null,
      messageSid: null,
    };
    world.create(media, { ...fields, ...stored }, { sid });
  }

  conversation(conversation: SeedConversation, path: SeedPath): void {
    const inService = { ChatServiceSid: this.#serviceSid };
    // Contents can be created only while the conversation is open, so its own state is set last.
    const { State, ...open } = conversation;
    const sid = this.writer.create('Conversations', inService, open, path);
    const inside = { ...inService, ConversationSid: sid };

    const horizons: [Input, SeedPath][] = [];
    conversation.participants?.forEach(({ role, LastReadMessageIndex, ...participant }, i) => {
      const participantPath = [...path, 'participants', i];
      const entry = this.withRole(participant, role, participantPath);
      const participantSid = this.writer.create('Conversations/Participants', inside, entry, participantPath);
      if (LastReadMessageIndex !== undefined) {
        horizons.push([{ ...inside, Sid: participantSid, body: { LastReadMessageIndex } }, participantPath]);
      }
    });
    conversation.webhooks?.forEach((webhook, i) =>
      this.writer.create('Conversations/Webhooks', inside, webhook, [...path, 'webhooks', i]),
    );
    conversation.messages?.forEach(({ receipts: moved, ...message }, i) => {
      const messagePath = [...path, 'messages', i];
      const messageSid = this.writer.create('Conversations/Messages', inside, message, messagePath);
      moved?.forEach((receipt, j) => this.receipt(sid, messageSid, receipt, [...messagePath, 'receipts', j]));
    });
    for (const [input, participantPath] of horizons) {
      this.writer.call('update', 'Conversations/Participants', input, participantPath);
    }
    if (State !== undefined && State !== 'active') {
      this.writer.call('update', 'Conversations', { ...inService, Sid: sid, body: { State } }, [...path, 'State']);
    }
  }

  receipt(conversationSid: string, messageSid: string, moved: SeedReceipt, path: SeedPath): void {
    const { world } = this.writer;
    const recipient = world.records(participants).find('address', keyOf(conversationSid, moved.to));
    const all = [...world.records(receipts).list('message', messageSid)];
    const record = all.find(({ participantSid }) => participantSid === recipient?.sid);
    if (record === undefined)
      throw this.writer.seed.errorAt([...path, 'to'], `the message has no receipt for ${moved.to}`);
    moveReceipt(world, record, moved.status, moved.error_code);
  }

  /** A seed can give a role by its friendly name, since the SIDs of the default roles are generated. */
  withRole(entry: SeedEntry, role: string | undefined, path: SeedPath): SeedEntry {
    if (role === undefined) return entry;
    const found = [...this.writer.world.records(roles).list('service', this.#serviceSid)].find(
      (r) => r.friendlyName === role,
    );
    if (found === undefined) throw this.writer.seed.errorAt([...path, 'role'], `the service has no role "${role}"`);
    return { ...entry, RoleSid: found.sid };
  }
}
