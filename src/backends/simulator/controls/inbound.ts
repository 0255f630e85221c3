import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import { receive } from '../conversations/inbound.js';
import type { BindVerb } from '../conversations/bind.js';
import { bindings, bindingTypes } from '../conversations/binding/binding.js';
import { autocreateIn } from '../conversations/conversation/record.js';
import { services } from '../conversations/service/record.js';
import { discardUnused } from '../conversations/media/record.js';
import { setOnline } from '../conversations/user/events.js';
import { users } from '../conversations/user/record.js';
import { keyOf } from '../kernel/collection.js';
import { TwilioError } from '../kernel/twilio-error.js';
import { badInput, defineControl, refusedByTwilio, string, type Session, type SessionOf } from './define-control.js';

/** A file as JSON. */
export interface SentFile {
  readonly base64: string;
  readonly content_type: string;
  readonly filename?: string;
}

/** Stores files as media of a service, and returns their SIDs. */
export type StoreFiles = (
  session: Session,
  serviceSid: string,
  files: readonly SentFile[],
) => Promise<readonly string[]>;

interface MessageInput {
  readonly from: string;
  readonly to?: string;
  readonly members?: readonly string[];
  readonly body?: string;
  readonly media_sid?: string;
  readonly media?: readonly SentFile[];
  readonly attributes?: string;
  readonly conversation?: string;
  readonly service?: string;
}

const service = string('The SID of the service.', { pattern: '^IS' });
const identity = string("The user's identity.", { minLength: 1 });

/** The properties of a `SentFile`. */
const file = {
  base64: string('The bytes of the file, in base64.', { minLength: 1, pattern: '^[A-Za-z0-9+/]+={0,2}$' }),
  content_type: string('The type of the file, e.g. image/png.'),
  filename: string('The name of the file.'),
};

/** Of an MMS (documentation). */
const MAX_FILES = 10;

/** Controls that simulate people and their devices: messages, push registrations and presence. */
export function inboundControls(sessionOf: SessionOf, bind: BindVerb, storeFiles: StoreFiles): readonly Control[] {
  return [
    defineControl<MessageInput>({
      name: 'inbound.message',
      description:
        'Simulates a message from a phone, a messaging app or a chat user, with the events and webhooks of a real one.',
      changes: true,
      grows: true,
      input: {
        properties: {
          from: string(
            'The sender: an address such as +15551234567 or whatsapp:+15551234567, or the identity of a chat user.',
          ),
          to: string(
            'The number of the account that the message was sent to (the proxy address). Required if `from` is an address. ' +
              'With an identity: the chat address for which a conversation is created.',
          ),
          members: {
            type: 'array',
            items: { type: 'string', minLength: 1 },
            description: 'The other receivers, if the message is a group MMS.',
          },
          body: string('The text of the message.'),
          media_sid: string('The SID of a media file of the service.', { pattern: '^ME' }),
          media: {
            type: 'array',
            description: 'Files that come with the message, e.g. pictures. They are stored as media of the service.',
            maxItems: MAX_FILES,
            items: { type: 'object', properties: file, required: ['base64', 'content_type'] },
          },
          attributes: string('The attributes as JSON text, e.g. {"priority":"high"}.'),
          conversation: string(
            'The SID or unique name of the conversation. Required if `from` is an identity and `to` is not a chat address.',
          ),
          service: string(
            'The SID of the service. Required if several services have a conversation with this unique name.',
            { pattern: '^IS' },
          ),
        },
        required: ['from'],
      },
      async run(account, { media_sid: mediaSid, media, ...message }) {
        if (mediaSid !== undefined && media !== undefined) throw badInput('Give either `media_sid` or `media`.');
        const session = sessionOf(account);
        const mediaSids = mediaSid === undefined ? undefined : [mediaSid];
        let stored: readonly string[] = [];
        const storeMedia = async (serviceSid: string) => (stored = await storeFiles(session, serviceSid, media ?? []));
        try {
          return await orRefused(() => receive(session, bind, { ...message, mediaSids, storeMedia }));
        } catch (error) {
          discardUnused(session.world, stored);
          throw error;
        }
      },
    }),
    defineControl<SentFile & { service: string }>({
      name: 'media.upload',
      description:
        'Uploads a file to a service, as a program does at the host of media. Use the SID as MediaSid of a message.',
      changes: true,
      input: { properties: { service, ...file }, required: ['service', 'base64', 'content_type'] },
      async run(account, { service: serviceSid, ...sent }) {
        const [sid = ''] = await orRefused(() => storeFiles(sessionOf(account), serviceSid, [sent]));
        return { sid };
      },
    }),
    defineControl<{ service?: string }>({
      name: 'inbound.autocreate',
      description:
        'Stands for an enabled address configuration of every address that has none of its own: a message that belongs to ' +
        'no open conversation opens one in this service. Without a service, only address configurations do so.',
      changes: true,
      input: {
        properties: {
          service: string('The SID of the service for new conversations; if absent, this is turned off.', {
            pattern: '^IS',
          }),
        },
      },
      run(account, { service: sid }) {
        const { world } = sessionOf(account);
        if (sid !== undefined && world.records(services).get(sid) === undefined) throw noService(sid);
        world.set(autocreateIn, sid ?? null);
        return { service: sid ?? null };
      },
    }),
    defineControl<{ service: string; identity: string; online: boolean }>({
      name: 'users.set-online',
      description: 'Sets whether a user is online, as a client SDK would, and fires onUserUpdated.',
      changes: true,
      input: {
        properties: { service, identity, online: { type: 'boolean', description: 'Whether the user is online.' } },
        required: ['service', 'identity', 'online'],
      },
      run(account, { service: sid, identity: userIdentity, online }) {
        const session = sessionOf(account);
        const user = session.world.records(users).find('identity', keyOf(sid, userIdentity));
        if (user === undefined) {
          throw badInput(`The service ${sid} has no user "${userIdentity}". records.list shows the existing ones.`);
        }
        setOnline(session.world, user, online);
        session.settle();
        return { sid: user.sid, online };
      },
    }),
    defineControl<BindingInput>({
      name: 'bindings.register',
      description: "Registers a user's device for push notifications. At Twilio, only a client SDK can do this.",
      changes: true,
      grows: true,
      input: {
        properties: {
          service,
          identity,
          binding_type: string('The push service.', { enum: bindingTypes }),
          endpoint: string('The device token.'),
          credential_sid: string('The SID of the push credential; a generated one if absent.', {
            pattern: '^CR[0-9a-f]{32}$',
          }),
          message_types: {
            type: 'array',
            items: { type: 'string', enum: ['new_message', 'added_to_conversation', 'removed_from_conversation'] },
            description: 'The events that the device is notified of; new_message if absent.',
          },
        },
        required: ['service', 'identity', 'binding_type', 'endpoint'],
      },
      run(account, input) {
        const { world } = sessionOf(account);
        if (world.records(services).get(input.service) === undefined) throw noService(input.service);
        const record = world.create(bindings, {
          serviceSid: input.service,
          identity: input.identity,
          bindingType: input.binding_type,
          endpoint: input.endpoint,
          credentialSid: input.credential_sid ?? world.newSid('CR'),
          messageTypes: input.message_types ?? ['new_message'],
        });
        return { sid: record.sid } satisfies Json;
      },
    }),
  ];
}

/** Turns a refusal of an operation into an error of the control. */
async function orRefused<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof TwilioError) throw refusedByTwilio(error);
    throw error;
  }
}

interface BindingInput {
  readonly service: string;
  readonly identity: string;
  readonly binding_type: string;
  readonly endpoint: string;
  readonly credential_sid?: string;
  readonly message_types?: readonly string[];
}

const noService = (sid: string) => badInput(`This world has no service ${sid}. services.list shows the existing ones.`);
