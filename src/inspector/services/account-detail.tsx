import type { JSX } from 'preact';
import { EmptyState } from '../components/empty-state.js';
import { RecordTable } from './record-table.js';
import { resourceKinds } from './resources.js';
import { Settings } from './settings.js';
import { Tabs } from './tabs.js';

const kinds = ['addresses', 'credentials'] as const;
const isKind = (name: string | undefined): name is (typeof kinds)[number] => kinds.some((each) => each === name);

/** What belongs to the account and not to one service: its configuration, address configurations and credentials. */
export function AccountDetail({ part }: { readonly part: string | undefined }): JSX.Element {
  return (
    <article class="detail-page wide">
      <h1>Account</h1>
      <p class="hint">
        Account-level paths such as <code>/v1/Conversations</code> act on the default service, which{' '}
        <code>default_chat_service_sid</code> names.
      </p>
      <Tabs
        label="Parts of the account"
        base="services/account"
        current={part}
        tabs={[
          [undefined, 'Configuration'],
          ['webhooks', 'Webhooks'],
          ...kinds.map((each) => [each, resourceKinds[each].title] as const),
        ]}
      />
      {part === undefined ? (
        <Settings names={['configuration']} />
      ) : part === 'webhooks' ? (
        <Settings names={['webhooks']} />
      ) : isKind(part) ? (
        <RecordTable key={part} kind={part} resource={resourceKinds[part]} path={{}} />
      ) : (
        <EmptyState title="Page not found" />
      )}
    </article>
  );
}
