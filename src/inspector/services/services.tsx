import type { JSX } from 'preact';
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
import { ServiceDetail } from './service-detail.js';

/** The services of the shown world, with their settings, users, roles, bindings and media. */
export function Services({ rest: [sid, kind] }: { readonly rest: readonly string[] }): JSX.Element {
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
  const list = (
    <>
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
    sid === undefined ? <EmptyState title="Select a service" /> : <ServiceDetail key={sid} sid={sid} kind={kind} />;
  return <SplitView section="services" isOpen={sid !== undefined} list={list} detail={detail} />;
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
      </span>
      <span class="tags">
        <span>{service.counts['conversations']} conversations</span>
        <span>{service.counts['users']} users</span>
      </span>
    </a>
  );
}
