/**
 * A push credential. Its secrets are never shown (published description), and never stored: nothing here sends pushes, so
 * it is enough to know which were given. Twilio accepts any text as a secret (recorded for FCM).
 */
import { defineTable, type RecordBase } from '../../kernel/collection.js';
import { anyText, flag, oneOf, text, type FormOf } from '../../kernel/fields.js';
import { sidToken } from '../../kernel/page.js';
import { isFlag, isText, listOf, oneOf as isOneOf, orNull } from '../../kernel/record-fields.js';
import { defineResource } from '../../kernel/resource.js';
import { missingParameter } from '../../kernel/twilio-error.js';
import { refusal } from '../refusals.js';
import { credentialFields } from './descriptions.js';

type CredentialType = 'apn' | 'gcm' | 'fcm';
type SecretName = 'Certificate' | 'PrivateKey' | 'ApiKey' | 'Secret';

interface CredentialRecord extends RecordBase {
  readonly friendlyName: string | null;
  readonly type: CredentialType;
  readonly sandbox: boolean;
  /** The secrets that were given, by name alone. */
  readonly given: readonly SecretName[];
}

export const credentials = defineTable<CredentialRecord>()({
  name: 'credentials',
  prefix: 'CR',
  fields: {
    friendlyName: orNull(isText),
    type: isOneOf(['apn', 'gcm', 'fcm']),
    sandbox: isFlag,
    given: listOf(isOneOf(['Certificate', 'PrivateKey', 'ApiKey', 'Secret'])),
  },
  unique: {},
  orders: { all: { group: () => '' } },
});

const secretsOf: Readonly<Record<CredentialType, readonly SecretName[]>> = {
  apn: ['Certificate', 'PrivateKey'],
  gcm: ['ApiKey'],
  fcm: ['Secret'],
};

const form = {
  Type: oneOf(['apn', 'gcm', 'fcm'], refusal(52003)),
  FriendlyName: text({ max: 64 }),
  Certificate: anyText,
  PrivateKey: anyText,
  Sandbox: flag,
  ApiKey: anyText,
  Secret: anyText,
};

export const credential = defineResource({
  noun: 'Credentials',
  scopes: ['account'],
  descriptions: credentialFields,
  table: credentials,
  owner: () => ({ sid: '' }),

  create: {
    form,
    fields(sent) {
      if (sent.Type === undefined) throw missingParameter('Type');
      return {
        friendlyName: sent.FriendlyName ?? null,
        type: sent.Type,
        sandbox: sent.Type === 'apn' && sent.Sandbox === true,
        given: givenFor(sent.Type, [], sent),
      };
    },
  },

  update: {
    form,
    changes(record, sent) {
      const type = sent.Type ?? record.type;
      return {
        friendlyName: sent.FriendlyName ?? record.friendlyName,
        type,
        sandbox: type === 'apn' && (sent.Sandbox ?? record.sandbox),
        given: givenFor(type, type === record.type ? record.given : [], sent),
      };
    },
  },

  delete: {},

  list: {
    key: 'credentials',
    defaultSize: 50,
    maximum: 100,
    arrayFirst: true,
    records: (_, { world }) => ({
      records: world.records(credentials).list('all', ''),
      token: sidToken(world, credentials),
    }),
  },

  render: (record, view) => ({
    sid: record.sid,
    account_sid: view.world.account,
    friendly_name: record.friendlyName,
    type: record.type,
    // Text with a capital letter, not a boolean (recorded).
    sandbox: record.sandbox ? 'True' : 'False',
    date_created: view.date(record.dateCreated),
    date_updated: view.date(record.dateUpdated),
    url: view.link('fetch', 'Credentials', record),
  }),
});

/** A type needs all its secrets. Only `Type` is required by the published description; the rest is inferred. */
function givenFor(
  type: CredentialType,
  before: readonly SecretName[],
  sent: FormOf<typeof form>,
): readonly SecretName[] {
  for (const name of secretsOf[type]) {
    if (sent[name] === '' || (sent[name] === undefined && !before.includes(name))) throw missingParameter(name);
  }
  return secretsOf[type];
}
