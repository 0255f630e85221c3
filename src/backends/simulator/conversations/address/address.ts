/**
 * An address configuration: what happens to an inbound message that belongs to no conversation. One per address, found by
 * SID or by the address itself. Type, address and country cannot be changed (published description).
 */
import { single, text } from '../../kernel/fields.js';
import { sidToken } from '../../kernel/page.js';
import { defineResource } from '../../kernel/resource.js';
import { badParameter, conflict, missingParameter } from '../../kernel/twilio-error.js';
import { channelOf } from '../participant/address.js';
import { autoCreationForm, autoCreationOf, renderAutoCreation } from './auto-creation.js';
import { addresses, findAddress } from './record.js';
import { addressFields } from './descriptions.js';

const types = ['sms', 'whatsapp', 'messenger', 'gbm', 'email', 'rcs', 'apple', 'chat'];
const MAX_ADDRESS_LENGTH = 256;

/** Accepted in any case (published description), answered in lower case (inferred). */
const type = single((value, name) => {
  const lower = value.toLowerCase();
  if (!types.includes(lower)) throw badParameter(name, `one of ${types.join(', ')} is expected`);
  return lower;
});

const country = single((value, name) => {
  if (!/^[A-Za-z]{2}$/.test(value)) throw badParameter(name, 'a country code of two letters is expected');
  return value.toUpperCase();
});

const friendlyName = text({ max: 256 });

export const addressConfiguration = defineResource({
  noun: 'Configuration/Addresses',
  scopes: ['account'],
  descriptions: addressFields,
  table: addresses,
  owner: () => ({ sid: '' }),
  find: (key, _, { world }) => findAddress(world, key),

  create: {
    form: {
      Type: type,
      Address: text({ max: MAX_ADDRESS_LENGTH }),
      FriendlyName: friendlyName,
      AddressCountry: country,
      ...autoCreationForm,
    },
    fields(sent, _, { world }) {
      if (sent.Type === undefined) throw missingParameter('Type');
      if (sent.Address === undefined || sent.Address === '') throw missingParameter('Address');
      checkFormat(sent.Type, sent.Address);
      // 409 is recorded, its code is inferred.
      if (world.records(addresses).find('address', sent.Address) !== undefined) throw conflict();
      return {
        address: sent.Address,
        type: sent.Type,
        friendlyName: sent.FriendlyName ?? null,
        addressCountry: sent.AddressCountry ?? null,
        autoCreation: autoCreationOf({ enabled: false, type: 'default' }, sent, world),
      };
    },
  },

  update: {
    form: { FriendlyName: friendlyName, ...autoCreationForm },
    changes: (record, sent, _, { world }) => ({
      friendlyName: sent.FriendlyName ?? record.friendlyName,
      autoCreation: autoCreationOf(record.autoCreation, sent, world),
    }),
  },

  delete: {},

  list: {
    key: 'address_configurations',
    defaultSize: 50,
    maximum: 50,
    records(_, ctx) {
      const all = ctx.world.records(addresses);
      const filter = ctx.query('Type');
      return {
        records: filter === undefined ? all.list('all', '') : all.list('type', filter),
        token: sidToken(ctx.world, addresses),
      };
    },
  },

  render: (record, view) => ({
    account_sid: view.world.account,
    sid: record.sid,
    address: record.address,
    type: record.type,
    friendly_name: record.friendlyName,
    address_country: record.addressCountry,
    auto_creation: renderAutoCreation(record.autoCreation),
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.link('fetch', 'Configuration/Addresses', record),
  }),
});

/** Numbers of SMS and WhatsApp are checked; the formats of other types are not documented well enough. Inferred. */
function checkFormat(typeName: string, address: string): void {
  const isNumber = channelOf(address) === 'sms';
  const isValid =
    typeName === 'sms'
      ? isNumber || /^\d{3,8}$/.test(address)
      : typeName !== 'whatsapp' || isNumber || channelOf(address) === 'whatsapp';
  if (!isValid) throw badParameter('Address', `an address of type ${typeName} is expected`);
}
