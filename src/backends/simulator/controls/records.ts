import type { Control } from '../../../core/control.js';
import type { Json, JsonObject } from '../../../core/body.js';
import { bindings } from '../conversations/binding/binding.js';
import { conversations } from '../conversations/conversation/record.js';
import { media } from '../conversations/message/media.js';
import { roles } from '../conversations/role/role.js';
import { services } from '../conversations/service/record.js';
import { users } from '../conversations/user/record.js';
import type { RecordBase } from '../kernel/collection.js';
import type { AnyTable } from '../kernel/schema.js';
import type { World } from '../kernel/world.js';
import { locateMessage } from './conversations.js';
import { badInput, defineControl, range, string, type SessionOf } from './define-control.js';
import { formatTime, showService } from './views.js';

const tablesByKind = { users, roles, bindings, media } as const;
type Kind = keyof typeof tablesByKind;

/** Controls that show the records of a world: lists in parts, and single records by SID. */
export function recordControls(sessionOf: SessionOf): readonly Control[] {
  return [
    defineControl<{ start?: number; limit?: number }>({
      name: 'services.list',
      description: 'Lists the services of the world in order of creation, with the number of records in each.',
      changes: false,
      input: { properties: range },
      run(account, { start = 0, limit = 50 }) {
        const { world } = sessionOf(account);
        const all = world.records(services).list('world', '');
        return {
          total: all.size,
          services: all.slice(start, limit).map((each) => showService(each, countRecords(world, each.sid))),
        };
      },
    }),
    defineControl<{ kind: Kind; service: string; start?: number; limit?: number }>({
      name: 'records.list',
      description: 'Lists the records of one kind in a service, in order of creation.',
      changes: false,
      input: {
        properties: {
          kind: string('The kind of record.', { enum: Object.keys(tablesByKind) }),
          service: string('The SID of the service.', { pattern: '^IS' }),
          ...range,
        },
        required: ['kind', 'service'],
      },
      run(account, { kind, service, start = 0, limit = 50 }) {
        const { world } = sessionOf(account);
        // All of these tables have an index with this name.
        const all = world.records(tablesByKind[kind] as unknown as AnyTable).list('service', service);
        return { total: all.size, records: all.slice(start, limit).map(showRecord) };
      },
    }),
    defineControl<{ sid: string }>({
      name: 'records.show',
      description: 'Shows any record by its SID, and the conversation it belongs to.',
      changes: false,
      input: {
        properties: { sid: string('The SID of the record.', { minLength: 2, maxLength: 40 }) },
        required: ['sid'],
      },
      run(account, { sid }) {
        const { world } = sessionOf(account);
        const table = world.schema.tables.find(({ prefix }) => sid.startsWith(prefix));
        const record = table === undefined ? undefined : world.records(table).get(sid);
        if (table === undefined || record === undefined)
          throw badInput(`This world has no record ${sid}. Check the SID and the account.`);
        const conversation = (record as { conversationSid?: string }).conversationSid;
        return {
          kind: table.name,
          record: showRecord(record),
          conversation_sid: conversation ?? (table.name === conversations.name ? record.sid : null),
          ...locateMessage(world, sid),
        };
      },
    }),
  ];
}

function countRecords(world: World, service: string): Record<string, number> {
  const counts = Object.entries(tablesByKind).map(([kind, table]) => [
    kind,
    world.records(table as unknown as AnyTable).list('service', service).size,
  ]);
  return {
    conversations: world.records(conversations).list('service', service).size,
    ...(Object.fromEntries(counts) as Record<Kind, number>),
  };
}

/** The stored record, with readable dates. */
function showRecord(record: RecordBase): JsonObject {
  const fields = record as unknown as Record<string, Json>;
  return { ...fields, dateCreated: formatTime(record.dateCreated), dateUpdated: formatTime(record.dateUpdated) };
}
