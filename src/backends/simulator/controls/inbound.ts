import type { Control } from '../../../core/control.js';
import type { Json } from '../../../core/body.js';
import { receive } from '../conversations/inbound.js';
import { bindings, keyOf, services, users } from '../conversations/tables.js';
import type { Bind } from '../conversations/seed/seed.js';
import { TwilioError } from '../kernel/twilio-error.js';
import { bindingTypes } from '../conversations/binding/binding.js';
import { setOnline } from '../conversations/user/user.js';
import { badInput, control, string, type StageOf } from './parts.js';

interface MessageInput {
  readonly from: string;
  readonly to?: string;
  readonly body?: string;
  readonly media_sid?: string;
  readonly attributes?: string;
  readonly conversation?: string;
  readonly service?: string;
}

const service = string('The SID of the service.', { pattern: '^IS' });
const identity = string("The user's identity.", { minLength: 1 });

/** What happens on the other side: people write, devices register, users come and go. */
export function inboundControls(stageOf: StageOf, bind: Bind): readonly Control[] {
  return [
    control<MessageInput>({
      name: 'inbound.message',
      description:
        'Lets a message come in from a phone or a chat user, with all its events, as if the person had written it.',
      changes: true,
      input: {
        properties: {
          from: string('An address such as +15551234567 or whatsapp:+15551234567, or a chat user’s identity.'),
          to: string('The number that was written to (the proxy address); needed with an address.'),
          body: string('The text.'),
          media_sid: string('A file that the service knows.', { pattern: '^ME' }),
          attributes: string('JSON text.'),
          conversation: string('SID or unique name; needed with an identity.'),
          service: string('The service, when a unique name is in several.', { pattern: '^IS' }),
        },
        required: ['from'],
      },
      async run(account, { media_sid: mediaSid, ...message }) {
        try {
          return await receive(stageOf(account), bind, { ...message, mediaSid });
        } catch (error) {
          if (error instanceof TwilioError) throw badInput(`Twilio would refuse this: ${error.code} ${error.message}`);
          throw error;
        }
      },
    }),
    control<{ service?: string }>({
      name: 'inbound.autocreate',
      description:
        'Sets what becomes of a message from a number that no conversation awaits: a new conversation in this service, or, without one, nothing.',
      changes: true,
      input: { properties: { service } },
      run(account, { service: sid }) {
        const { world } = stageOf(account);
        if (sid !== undefined && world.records(services).get(sid) === undefined) throw noService(sid);
        world.autocreateIn = sid ?? null;
        return { service: world.autocreateIn };
      },
    }),
    control<{ service: string; identity: string; online: boolean }>({
      name: 'users.set-online',
      description: 'Lets a user come online or go offline, as a client SDK would. Fires onUserUpdated.',
      changes: true,
      input: {
        properties: { service, identity, online: { type: 'boolean', description: 'Whether the user is online.' } },
        required: ['service', 'identity', 'online'],
      },
      run(account, { service: sid, identity: who, online }) {
        const stage = stageOf(account);
        const user = stage.world.records(users).find('identity', keyOf(sid, who));
        if (user === undefined) throw badInput(`The service ${sid} has no user "${who}".`);
        setOnline(stage.world, user, online);
        stage.settle();
        return { sid: user.sid, online };
      },
    }),
    control<BindingInput>({
      name: 'bindings.register',
      description: 'Registers a device of a user for push notifications, which in Twilio only a client SDK can.',
      changes: true,
      input: {
        properties: {
          service,
          identity,
          binding_type: string('The push service.', { enum: bindingTypes }),
          endpoint: string("The device's token."),
          credential_sid: string('The push credential.', { pattern: '^CR[0-9a-f]{32}$' }),
          message_types: {
            type: 'array',
            items: { type: 'string', enum: ['new_message', 'added_to_conversation', 'removed_from_conversation'] },
            description: 'What to be told; new_message if absent.',
          },
        },
        required: ['service', 'identity', 'binding_type', 'endpoint'],
      },
      run(account, input) {
        const stage = stageOf(account);
        if (stage.world.records(services).get(input.service) === undefined) throw noService(input.service);
        const record = stage.world.create(bindings, {
          serviceSid: input.service,
          identity: input.identity,
          bindingType: input.binding_type,
          endpoint: input.endpoint,
          credentialSid: input.credential_sid ?? stage.world.newSid('CR'),
          messageTypes: input.message_types ?? ['new_message'],
        });
        return { sid: record.sid } satisfies Json;
      },
    }),
  ];
}

interface BindingInput {
  readonly service: string;
  readonly identity: string;
  readonly binding_type: string;
  readonly endpoint: string;
  readonly credential_sid?: string;
  readonly message_types?: readonly string[];
}

const noService = (sid: string) => badInput(`There is no service ${sid} in this world.`);
