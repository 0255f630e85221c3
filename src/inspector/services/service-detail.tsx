import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { EmptyState } from '../components/empty-state.js';
import { Text } from '../components/text.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { href, navigate, world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import { DeleteButton } from './delete-button.js';
import type { TwilioRecord } from './field-values.js';
import { RecordFields } from './record-fields.js';
import { RecordTable } from './record-table.js';
import { resourceKinds } from './resources.js';
import { Settings } from './settings.js';
import { Tabs } from './tabs.js';
import { useDefaultService } from './use-default-service.js';

const kinds = ['users', 'roles', 'bindings', 'media'] as const;
const settings = ['configuration', 'webhooks', 'notifications'] as const;
const isKind = (name: string): name is (typeof kinds)[number] => kinds.some((each) => each === name);
const isSetting = (name: string): name is (typeof settings)[number] => settings.some((each) => each === name);

interface ServiceDetailProps {
  readonly sid: string;
  readonly part: string | undefined;
}

export function ServiceDetail({ sid, part }: ServiceDetailProps): JSX.Element {
  const { value, error } = useLiveQuery(
    () => queryControl<{ record: TwilioRecord }>('records.show', { sid }),
    [sid, world.value],
    mayChangeRecords,
  );
  const isDefault = useDefaultService() === sid;
  if (value === undefined)
    return error === undefined ? <EmptyState isPage title="Loading…" /> : <EmptyState isPage title={error.message} />;
  return (
    <article class="detail-page wide">
      <h1>
        <Text value={String(value.record['friendly_name'])} /> {isDefault && <Badge tone="good">default service</Badge>}
      </h1>
      {isDefault && (
        <p class="hint">
          Account-level paths such as <code>/v1/Conversations</code> act on this service.{' '}
          <a href={href('services/account')}>Account configuration</a>
        </p>
      )}
      <Tabs
        label="Parts of the service"
        base={`services/${sid}`}
        current={part}
        tabs={[
          [undefined, 'Service'],
          ['configuration', 'Configuration'],
          ['webhooks', 'Webhooks'],
          ['notifications', 'Notifications'],
          ...kinds.map((each) => [each, resourceKinds[each].title] as const),
        ]}
      />
      {part === undefined ? (
        <Overview sid={sid} record={value.record} />
      ) : isSetting(part) ? (
        <Settings service={sid} names={[part]} />
      ) : isKind(part) ? (
        <RecordTable
          key={part}
          kind={part}
          resource={resourceKinds[part]}
          owner={{ service: sid }}
          path={{ ChatServiceSid: sid }}
        />
      ) : (
        <EmptyState title="Page not found" />
      )}
    </article>
  );
}

function Overview({ sid, record }: { readonly sid: string; readonly record: TwilioRecord }): JSX.Element {
  return (
    <>
      <div class="actions">
        <DeleteButton
          singular="service"
          name={String(record['friendly_name'])}
          operation={{ noun: 'Services', scope: 'account' }}
          path={{ Sid: sid }}
          consequence="Its conversations, users and roles are deleted with it."
          onDeleted={() => navigate('services', world.value)}
        />
      </div>
      <RecordFields label="Service" record={record} />
    </>
  );
}
