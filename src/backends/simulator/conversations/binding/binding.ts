/**
 * A push binding: a device registered by a client SDK. The API has no create; bindings come from seeds. Each of the list's
 * two filters accepts several values.
 */
import { defineTable, keyOf, type RecordBase } from '../../kernel/collection.js';
import { sidToken } from '../../kernel/page.js';
import { isText, listOf, oneOf } from '../../kernel/record-fields.js';
import { defineResource, inOrderOfCreation } from '../../kernel/resource.js';
import { union } from '../../kernel/sorted-list.js';
import { refuse } from '../refusals.js';
import { byService, inService, serviceOf } from '../service/record.js';

export interface BindingRecord extends RecordBase {
  readonly serviceSid: string;
  readonly endpoint: string;
  readonly identity: string;
  readonly bindingType: string;
  readonly credentialSid: string;
  readonly messageTypes: readonly string[];
}

export const bindingTypes = ['apn', 'gcm', 'fcm', 'twilsock'];

export const bindings = defineTable<BindingRecord>()({
  name: 'bindings',
  prefix: 'BS',
  parent: inService,
  fields: {
    serviceSid: isText,
    endpoint: isText,
    identity: isText,
    bindingType: oneOf(bindingTypes),
    credentialSid: isText,
    messageTypes: listOf(isText),
  },
  unique: {},
  orders: {
    service: byService,
    type: { group: (r) => keyOf(r.serviceSid, r.bindingType) },
    identity: { group: (r) => keyOf(r.serviceSid, r.identity) },
    typeAndIdentity: { group: (r) => keyOf(r.serviceSid, r.bindingType, r.identity) },
  },
});

export const binding = defineResource({
  noun: 'Bindings',
  scopes: ['service'],
  descriptions: {
    BindingType: 'Lists only bindings of these types.',
    Identity: 'Lists only bindings of these users.',
    Sid: 'SID of the binding, BS….',
  },
  table: bindings,
  owner: serviceOf,

  delete: {},

  list: {
    key: 'bindings',
    defaultSize: 50,
    maximum: 100,
    records(service, ctx) {
      const types = ctx.call.query.get('BindingType');
      const identities = ctx.call.query.get('Identity');
      if (types?.every((type) => bindingTypes.includes(type)) === false) throw refuse(50209);
      if (types === undefined && identities === undefined) return inOrderOfCreation(bindings, service, ctx);

      const all = ctx.world.records(bindings);
      const lists = [...new Set(types ?? [undefined])].flatMap((type) =>
        [...new Set(identities ?? [undefined])].map((identity) => {
          if (type === undefined) return all.list('identity', keyOf(service.sid, identity ?? ''));
          if (identity === undefined) return all.list('type', keyOf(service.sid, type));
          return all.list('typeAndIdentity', keyOf(service.sid, type, identity));
        }),
      );
      return { records: union<BindingRecord>(lists, ctx.world.sequence), token: sidToken(ctx.world, bindings) };
    },
  },

  render: (record, view) => ({
    sid: record.sid,
    account_sid: view.world.account,
    chat_service_sid: record.serviceSid,
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    endpoint: record.endpoint,
    identity: record.identity,
    binding_type: record.bindingType,
    credential_sid: record.credentialSid,
    message_types: record.messageTypes,
    url: view.link('fetch', 'Bindings', record),
  }),
});
