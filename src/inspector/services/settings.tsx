import type { JSX } from 'preact';
import { EmptyState } from '../components/empty-state.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';
import type { TwilioRecord } from './field-values.js';
import { Setting } from './setting.js';

type SettingName = 'configuration' | 'webhooks' | 'notifications';

const settings: Readonly<Record<SettingName, { readonly title: string; readonly noun: string }>> = {
  configuration: { title: 'Configuration', noun: 'Configuration' },
  webhooks: { title: 'Webhooks', noun: 'Configuration/Webhooks' },
  notifications: { title: 'Notifications', noun: 'Configuration/Notifications' },
};

interface SettingsProps {
  /** A service SID; none for the account's own settings. */
  readonly service?: string;
  readonly names: readonly SettingName[];
}

/** Settings of a service or of the account, each with a form. */
export function Settings({ service, names }: SettingsProps): JSX.Element {
  const { value, error } = useLiveQuery(
    () => queryControl<Partial<Record<SettingName, TwilioRecord>>>('services.settings', { service }),
    [service, world.value],
    mayChangeRecords,
  );
  if (value === undefined) return <EmptyState title={error === undefined ? 'Loading…' : error.message} />;
  return (
    <>
      {names.map((name) => {
        const { title, noun } = settings[name];
        const setting = value[name];
        return setting === undefined ? null : (
          <Setting
            key={name}
            title={title}
            operation={{ noun, scope: service === undefined ? 'account' : 'service' }}
            path={service === undefined ? {} : { ChatServiceSid: service }}
            value={setting}
          />
        );
      })}
    </>
  );
}
