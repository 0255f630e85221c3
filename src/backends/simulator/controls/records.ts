import type { Control } from '../../../core/control.js';
import type { Json, JsonObject } from '../../../core/body.js';
import type { RecordBase, Table } from '../kernel/collection.js';
import { bindings, conversations, media, roles, services, tables, users } from '../conversations/tables.js';
import type { World } from '../kernel/world.js';
import { placeOf } from './conversations.js';
import { badInput, control, integer, string, type StageOf } from './parts.js';
import { showService, when } from './show.js';

type AnyTable = Table<RecordBase>;

const inService = { users, roles, bindings, media } as const;
type Kind = keyof typeof inService;

const window = {
  start: integer('How many to leave out at the beginning; none if absent.', { minimum: 0 }),
  limit: integer('How many at most; 50 if absent.', { minimum: 1, maximum: 200 }),
};

/** What a world holds, for whoever looks at it: by pages, and any one record by its SID. */
export function recordControls(stageOf: StageOf): readonly Control[] {
  return [
    control<{ start?: number; limit?: number }>({
      name: 'services.list',
      description: 'Lists the services of the world in the order of their creation, and how much is in each.',
      changes: false,
      input: { properties: window },
      run(account, { start = 0, limit = 50 }) {
        const { world } = stageOf(account);
        const all = world.records(services).list('world', '');
        return {
          total: all.size,
          services: all.slice(start, limit).map((each) => showService(each, countsIn(world, each.sid))),
        };
      },
    }),
    control<{ kind: Kind; service: string; start?: number; limit?: number }>({
      name: 'records.list',
      description: 'Lists what a service holds of one kind, in the order of creation.',
      changes: false,
      input: {
        properties: {
          kind: string('Which kind.', { enum: Object.keys(inService) }),
          service: string('The SID of the service.', { pattern: '^IS' }),
          ...window,
        },
        required: ['kind', 'service'],
      },
      run(account, { kind, service, start = 0, limit = 50 }) {
        const { world } = stageOf(account);
        // All four are listed by service under the same name.
        const all = world.records(inService[kind] as unknown as AnyTable).list('service', service);
        return { total: all.size, records: all.slice(start, limit).map(shown) };
      },
    }),
    control<{ sid: string }>({
      name: 'records.show',
      description: 'Shows any record by its SID, and where it belongs.',
      changes: false,
      input: { properties: { sid: string('The SID.', { minLength: 2, maxLength: 40 }) }, required: ['sid'] },
      run(account, { sid }) {
        const { world } = stageOf(account);
        const table = (tables as unknown as readonly AnyTable[]).find(({ prefix }) => sid.startsWith(prefix));
        const record = table === undefined ? undefined : world.records(table).get(sid);
        if (table === undefined || record === undefined) throw badInput(`There is no record ${sid} in this world.`);
        const conversation = (record as { conversationSid?: string }).conversationSid;
        return {
          kind: table.name,
          record: shown(record),
          conversation_sid: conversation ?? (table.name === conversations.name ? record.sid : null),
          ...placeOf(world, sid),
        };
      },
    }),
  ];
}

function countsIn(world: World, service: string): Record<string, number> {
  const counts = Object.entries(inService).map(([kind, table]) => [
    kind,
    world.records(table as unknown as AnyTable).list('service', service).size,
  ]);
  return {
    conversations: world.records(conversations).list('service', service).size,
    ...(Object.fromEntries(counts) as Record<Kind, number>),
  };
}

/** As it is kept, with moments that a person can read. */
function shown(record: RecordBase): JsonObject {
  const fields = record as unknown as Record<string, Json>;
  return { ...fields, dateCreated: when(record.dateCreated), dateUpdated: when(record.dateUpdated) };
}
