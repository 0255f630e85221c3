import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Badge } from '../components/badge.js';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { SplitView } from '../components/split-view.js';
import { Text } from '../components/text.js';
import { VirtualList } from '../components/virtual-list.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { href, world } from '../data/route.js';
import type { Service } from '../data/types.js';
import { usePagedList } from '../data/use-paged-list.js';
import { AccountDetail } from './account-detail.js';
import { RecordForm } from './record-form.js';
import { ServiceDetail } from './service-detail.js';

/** Stands in the address for the account, in place of a service SID. */
const ACCOUNT_PAGE = 'account';

/** What the account is made of: its own configuration, and its services with their settings, users and roles. */
export function Services({ rest: [sid, part] }: { readonly rest: readonly string[] }): JSX.Element {
  const pages = usePagedList<Service>(
    async (start, limit) => {
      const found = await queryControl<{ total: number; services: readonly Service[] }>('services.list', {
        start,
        limit,
      });
      return { total: found.total, items: found.services };
    },
    [world.value],
    mayChangeRecords,
  );
  const [isCreating, setCreating] = useState(false);
  const list = (
    <>
      <div class="filters">
        <button type="button" onClick={() => setCreating(true)}>
          Create service
        </button>
        {isCreating && (
          <RecordForm
            title="Create service"
            operation={{ noun: 'Services', verb: 'create', scope: 'account' }}
            path={{}}
            onClose={() => setCreating(false)}
          />
        )}
      </div>
      <AccountRow isOpen={sid === ACCOUNT_PAGE} />
      <ErrorMessage error={pages.error} />
      {pages.total === 0 && <EmptyState title="No services yet" />}
      <VirtualList
        label="Services"
        count={pages.total ?? 0}
        estimate={58}
        onView={pages.setView}
        row={(index) => {
          const service = pages.at(index);
          return service === undefined ? (
            <div class="entry pending" />
          ) : (
            <ServiceRow service={service} isOpen={service.sid === sid} />
          );
        }}
      />
    </>
  );
  const detail =
    sid === undefined ? (
      <EmptyState title="Select the account or a service">
        <p>See and change its configuration, webhooks, users, roles and address configurations.</p>
      </EmptyState>
    ) : sid === ACCOUNT_PAGE ? (
      <AccountDetail part={part} />
    ) : (
      <ServiceDetail key={sid} sid={sid} part={part} />
    );
  return <SplitView section="services" title="Services" isOpen={sid !== undefined} list={list} detail={detail} />;
}

function AccountRow({ isOpen }: { readonly isOpen: boolean }): JSX.Element {
  return (
    <a class="entry" href={href(`services/${ACCOUNT_PAGE}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <span class="name">Account</span>
      </span>
      <span class="tags">
        <span>configuration, address configurations, credentials</span>
      </span>
    </a>
  );
}

interface ServiceRowProps {
  readonly service: Service;
  readonly isOpen: boolean;
}

function ServiceRow({ service, isOpen }: ServiceRowProps): JSX.Element {
  return (
    <a class="entry" href={href(`services/${service.sid}`)} aria-current={isOpen ? 'true' : undefined}>
      <span class="top">
        <span class="name">
          <Text value={service.friendly_name} />
        </span>
        {service.default && <Badge tone="good">default</Badge>}
      </span>
      <span class="tags">
        <span>{service.counts['conversations']} conversations</span>
        <span>{service.counts['users']} users</span>
      </span>
    </a>
  );
}
