import type { Control } from '../../../core/control.js';
import type { JsonObject } from '../../../core/body.js';
import { addresses } from '../conversations/address/record.js';
import type { BindVerb } from '../conversations/bind.js';
import { bindings } from '../conversations/binding/binding.js';
import { conversations } from '../conversations/conversation/record.js';
import { credentials } from '../conversations/credential/credential.js';
import { media } from '../conversations/media/record.js';
import { roles } from '../conversations/role/role.js';
import { scopedWebhooks } from '../conversations/scoped-webhook/record.js';
import { services } from '../conversations/service/record.js';
import { users } from '../conversations/user/record.js';
import type { AnyTable } from '../kernel/schema.js';
import type { World } from '../kernel/world.js';
import { locateMessage } from './conversations.js';
import { badInput, defineControl, range, string, type SessionOf } from './define-control.js';
import { createTwilioJson } from './twilio-json.js';
import { localLink, showService } from './views.js';

const inService = { users, roles, bindings, media } as const;
const inAccount = { addresses, credentials } as const;
const inConversation = { webhooks: scopedWebhooks } as const;
const tablesByKind = { ...inService, ...inAccount, ...inConversation } as const;
type Kind = keyof typeof tablesByKind;

interface ListInput {
  readonly kind: Kind;
  readonly service?: string;
  readonly conversation?: string;
  readonly start?: number;
  readonly limit?: number;
}

/** Controls that show the records of a world: lists in parts, and single records by SID. */
export function recordControls(sessionOf: SessionOf, bind: BindVerb): readonly Control[] {
  const twilioJson = createTwilioJson(bind);
  return [
    defineControl<{ start?: number; limit?: number }>({
      name: 'services.list',
      description:
        'Lists the services of the world in order of creation, with the number of records in each. `default` marks the ' +
        'service that account-level paths act on.',
      changes: false,
      input: { properties: range },
      run(account, { start = 0, limit = 50 }) {
        const { world } = sessionOf(account);
        const all = world.records(services).list('world', '');
        return {
          total: all.size,
          services: all.slice(start, limit).map((each) => showService(world, each, countRecords(world, each.sid))),
        };
      },
    }),
    defineControl<{ service?: string }>({
      name: 'services.settings',
      description:
        'Shows the configuration, webhooks and notifications of a service in Twilio’s field names. Without a service: ' +
        'the configuration and webhooks of the account.',
      changes: false,
      input: { properties: { service: string('The SID of the service.', { pattern: '^IS' }) } },
      async run(account, { service }) {
        const session = sessionOf(account);
        const scope = service === undefined ? 'account' : 'service';
        const fetch = (noun: string): Promise<JsonObject> => twilioJson.setting(session, noun, scope, service);
        return {
          configuration: await fetch('Configuration'),
          webhooks: await fetch('Configuration/Webhooks'),
          ...(service === undefined ? {} : { notifications: await fetch('Configuration/Notifications') }),
        };
      },
    }),
    defineControl<ListInput>({
      name: 'records.list',
      description:
        'Lists the records of one kind in order of creation, in Twilio’s field names: of a service (users, roles, ' +
        'bindings, media), of a conversation (webhooks) or of the account (addresses, credentials).',
      changes: false,
      input: {
        properties: {
          kind: string('The kind of record.', { enum: Object.keys(tablesByKind) }),
          service: string('The SID of the service, for users, roles, bindings and media.', { pattern: '^IS' }),
          conversation: string('The SID of the conversation, for webhooks.', { pattern: '^CH' }),
          ...range,
        },
        required: ['kind'],
      },
      async run(account, { kind, service, conversation, start = 0, limit = 50 }) {
        const session = sessionOf(account);
        const [order, owner] = ownerOf(kind, service, conversation);
        const table = tablesByKind[kind] as unknown as AnyTable;
        const all = session.world.records(table).list(order, owner);
        const selected = all.slice(start, limit);
        const records = await Promise.all(selected.map((each) => twilioJson.record(session, table.name, each)));
        return { total: all.size, records };
      },
    }),
    defineControl<{ sid: string }>({
      name: 'records.show',
      description: 'Shows any record by its SID in Twilio’s field names, and the conversation it belongs to.',
      changes: false,
      input: {
        properties: { sid: string('The SID of the record.', { minLength: 2, maxLength: 40 }) },
        required: ['sid'],
      },
      async run(account, { sid }) {
        const session = sessionOf(account);
        const { world } = session;
        const table = world.schema.tables.find(({ prefix }) => sid.startsWith(prefix));
        const record = table === undefined ? undefined : world.records(table).get(sid);
        if (table === undefined || record === undefined)
          throw badInput(`This world has no record ${sid}. Check the SID and the account.`);
        const conversation = (record as { conversationSid?: string }).conversationSid;
        return {
          kind: table.name,
          record: await twilioJson.record(session, table.name, record),
          service_sid: (record as { serviceSid?: string }).serviceSid ?? null,
          conversation_sid: conversation ?? (table.name === conversations.name ? record.sid : null),
          ...(table.name === media.name ? { link: localLink(world, sid) } : {}),
          ...locateMessage(world, sid),
        };
      },
    }),
  ];
}

/** The index that lists records of a kind, and the group in it. */
function ownerOf(kind: Kind, service: string | undefined, conversation: string | undefined): readonly [string, string] {
  if (kind in inAccount) return ['all', ''];
  const [order, owner] = kind in inService ? ['service', service] : ['conversation', conversation];
  if (owner === undefined) throw badInput(`To list ${kind}, give \`${order}\`: the SID of the ${order}.`);
  return [order, owner];
}

function countRecords(world: World, service: string): Record<string, number> {
  const counts = Object.entries(inService).map(([kind, table]) => [
    kind,
    world.records(table as unknown as AnyTable).list('service', service).size,
  ]);
  return {
    conversations: world.records(conversations).list('service', service).size,
    ...(Object.fromEntries(counts) as Record<keyof typeof inService, number>),
  };
}
