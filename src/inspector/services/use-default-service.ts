import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';

interface AccountSettings {
  readonly configuration: { readonly default_chat_service_sid: string };
}

/** The SID of the service that account-level paths act on, once it is known. */
export function useDefaultService(): string | undefined {
  const { value } = useLiveQuery(
    () => queryControl<AccountSettings>('services.settings'),
    [world.value],
    mayChangeRecords,
  );
  return value?.configuration.default_chat_service_sid;
}
