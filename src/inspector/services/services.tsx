import type { JSX } from 'preact';
import { useCallback } from 'preact/hooks';
import { look } from '../base/api.js';
import { changesRecords } from '../base/events.js';
import { usePages } from '../base/pages.js';
import { href, world } from '../base/route.js';
import { Split } from '../base/split.js';
import { Text } from '../base/text.js';
import type { Service } from '../base/types.js';
import { VirtualList } from '../base/virtual-list.js';
import { Blank, Failure } from '../base/widgets.js';
import { ServiceDetail } from './service.js';

/** The services of the world, and what each holds beside conversations. */
export function Services({ rest: [sid, kind] }: { readonly rest: readonly string[] }): JSX.Element {
  const pages = usePages<Service>(
    async (start, limit) => {
      const found = await look<{ total: number; services: readonly Service[] }>('services.list', { start, limit });
      return { total: found.total, items: found.services };
    },
    [world.value],
    changesRecords,
  );
  const seen = useCallback((first: number, last: number) => pages.show(first, last), [pages]);
  const list = (
    <>
      <Failure error={pages.error} />
      {pages.total === 0 && <Blank title="No services yet" />}
      <VirtualList
        label="Services"
        count={pages.total ?? 0}
        estimate={58}
        seen={seen}
        row={(index) => {
          const service = pages.at(index);
          return service === undefined ? (
            <div class="entry pending" />
          ) : (
            <Entry service={service} isOpen={service.sid === sid} />
          );
        }}
      />
    </>
  );
  const detail =
    sid === undefined ? <Blank title="Choose a service" /> : <ServiceDetail key={sid} sid={sid} kind={kind} />;
  return <Split section="services" isOpen={sid !== undefined} list={list} detail={detail} />;
}

function Entry({ service, isOpen }: { readonly service: Service; readonly isOpen: boolean }): JSX.Element {
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
