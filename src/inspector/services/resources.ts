import type { OperationKey } from '../data/operations.js';

/** What the page shows of a kind of record (`records.list` in src/backends/simulator/controls), and can do with it. */
export interface ResourceKind {
  readonly title: string;
  /** One record, in the middle of a sentence. */
  readonly singular: string;
  readonly noun: string;
  readonly scope: OperationKey['scope'];
  /** The columns of the table, in Twilio's field names; a dot leads into an object. */
  readonly columns: readonly string[];
  readonly verbs: readonly OperationKey['verb'][];
}

const all = ['create', 'update', 'delete'] as const;

/** By the name of the record's table on the server. */
export const resourceKinds = {
  users: {
    title: 'Users',
    singular: 'user',
    noun: 'Users',
    scope: 'service',
    columns: ['identity', 'friendly_name', 'role_sid', 'is_online', 'is_notifiable', 'attributes'],
    verbs: all,
  },
  roles: {
    title: 'Roles',
    singular: 'role',
    noun: 'Roles',
    scope: 'service',
    columns: ['friendly_name', 'type', 'permissions'],
    verbs: all,
  },
  bindings: {
    title: 'Bindings',
    singular: 'binding',
    noun: 'Bindings',
    scope: 'service',
    columns: ['identity', 'binding_type', 'endpoint', 'credential_sid', 'message_types'],
    verbs: ['delete'],
  },
  media: {
    title: 'Media',
    singular: 'file',
    noun: 'Media',
    scope: 'service',
    columns: ['filename', 'content_type', 'size', 'message_sid'],
    verbs: [],
  },
  addresses: {
    title: 'Address configurations',
    singular: 'address configuration',
    noun: 'Configuration/Addresses',
    scope: 'account',
    columns: [
      'address',
      'type',
      'friendly_name',
      'auto_creation.enabled',
      'auto_creation.type',
      'auto_creation.conversation_service_sid',
      'auto_creation.webhook_url',
    ],
    verbs: all,
  },
  credentials: {
    title: 'Credentials',
    singular: 'credential',
    noun: 'Credentials',
    scope: 'account',
    columns: ['friendly_name', 'type', 'sandbox', 'date_updated'],
    verbs: all,
  },
  scopedWebhooks: {
    title: 'Conversation-scoped webhooks',
    singular: 'webhook',
    noun: 'Conversations/Webhooks',
    scope: 'service',
    columns: ['target', 'configuration.url', 'configuration.method', 'configuration.filters', 'configuration.triggers'],
    verbs: all,
  },
} as const satisfies Readonly<Record<string, ResourceKind>>;

export const kindOf = (table: string): ResourceKind | undefined =>
  (resourceKinds as Readonly<Record<string, ResourceKind>>)[table];
