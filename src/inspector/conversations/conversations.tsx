import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { look } from '../base/api.js';
import { changesRecords } from '../base/events.js';
import { useSettled } from '../base/live.js';
import { usePages } from '../base/pages.js';
import { world } from '../base/route.js';
import { Split } from '../base/split.js';
import type { ConversationSummary } from '../base/types.js';
import { VirtualList } from '../base/virtual-list.js';
import { Blank, Failure } from '../base/widgets.js';
import { Chat } from './chat.js';
import { Entry } from './entry.js';
import { ServiceChoice } from './service-choice.js';
import { Welcome } from './welcome.js';

/** All conversations by last activity, and the open one as a chat. */
export function Conversations({ rest: [sid, message] }: { readonly rest: readonly string[] }): JSX.Element {
  const [typed, setText] = useState('');
  const text = useSettled(typed);
  const [state, setState] = useState('');
  const [service, setService] = useState('');
  const pages = usePages<ConversationSummary>(
    async (start, limit) => {
      const found = await look<{ total: number; conversations: readonly ConversationSummary[] }>('conversations.list', {
        text,
        state,
        service,
        start,
        limit,
      });
      return { total: found.total, items: found.conversations };
    },
    [text, state, service, world.value],
    changesRecords,
  );
  const seen = useCallback((first: number, last: number) => pages.show(first, last), [pages]);
  const isFiltered = text !== '' || state !== '' || service !== '';
  if (pages.total === 0 && !isFiltered && sid === undefined) return <Welcome />;

  const list = (
    <>
      <div class="filters">
        <input
          type="search"
          placeholder="Search names, people, messages"
          aria-label="Search conversations"
          value={typed}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <select aria-label="State" value={state} onChange={({ currentTarget }) => setState(currentTarget.value)}>
          <option value="">Any state</option>
          <option value="active">Active</option>
          <option value="inactive">Inactive</option>
          <option value="closed">Closed</option>
        </select>
        <ServiceChoice value={service} set={setService} />
      </div>
      <Failure error={pages.error} />
      {pages.total === 0 && <Blank title="No conversation fits." />}
      <VirtualList
        key={`${text}/${state}/${service}/${world.value ?? ''}`}
        label="Conversations"
        count={pages.total ?? 0}
        estimate={76}
        seen={seen}
        row={(index) => {
          const found = pages.at(index);
          return found === undefined ? (
            <div class="entry pending" />
          ) : (
            <Entry conversation={found} isOpen={found.sid === sid} />
          );
        }}
      />
    </>
  );
  const detail =
    sid === undefined ? (
      <Blank title="Choose a conversation">
        <p>It opens as a chat: read it, answer as any of its people, move its receipts, close it.</p>
      </Blank>
    ) : (
      <Chat key={`${sid}/${world.value ?? ''}`} sid={sid} selected={message} />
    );
  return <Split section="conversations" isOpen={sid !== undefined} list={list} detail={detail} />;
}
