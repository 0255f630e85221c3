/**
 * A push binding: a device that registered itself through a client SDK. There is no create in this API; bindings come
 * from seeds. The list takes several values for each of its two filters.
 */
import { union } from '../../kernel/sorted-list.js';
import { sidToken } from '../../kernel/page.js';
import type { BindingRecord } from '../records.js';
import { bindings, keyOf } from '../tables.js';
import type { Handlers } from '../../kernel/handler.js';
import { inOrderOfCreation, resource } from '../../kernel/resource.js';
import { refuse } from '../../kernel/twilio-error.js';

export const bindingTypes = ['apn', 'gcm', 'fcm', 'twilsock'];

const binding = resource({
  table: bindings,
  owner: (ctx) => ctx.service,

  list: {
    key: 'bindings',
    defaultSize: 50,
    maximum: 100,
    url: (ctx, serviceSid) => ctx.url('listservicebinding', serviceSid),
    records(ctx, serviceSid) {
      const types = ctx.call.query.get('BindingType');
      const identities = ctx.call.query.get('Identity');
      if (types?.every((type) => bindingTypes.includes(type)) === false) throw refuse(50209);
      if (types === undefined && identities === undefined) return inOrderOfCreation(bindings, ctx, serviceSid);

      const all = ctx.world.records(bindings);
      const lists = [...new Set(types ?? [undefined])].flatMap((type) =>
        [...new Set(identities ?? [undefined])].map((identity) => {
          if (type === undefined) return all.list('identity', keyOf(serviceSid, identity ?? ''));
          if (identity === undefined) return all.list('type', keyOf(serviceSid, type));
          return all.list('typeAndIdentity', keyOf(serviceSid, type, identity));
        }),
      );
      return {
        records: union<BindingRecord>(lists, ctx.world.sequence),
        token: sidToken((sid) => ctx.world.placeOf(bindings, sid)),
      };
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
    url: view.url('fetchservicebinding', record.serviceSid, record.sid),
  }),
});

export const bindingHandlers: Handlers = {
  listservicebinding: binding.list,
  fetchservicebinding: binding.fetch,
  deleteservicebinding: binding.delete,
};
