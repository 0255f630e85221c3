import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { EmptyState } from '../components/empty-state.js';
import { ErrorMessage } from '../components/error-message.js';
import { SplitView } from '../components/split-view.js';
import { VirtualList } from '../components/virtual-list.js';
import { queryControl } from '../data/api.js';
import { mayChangeRecords } from '../data/change-events.js';
import { world } from '../data/route.js';
import type { ConversationSummary } from '../data/types.js';
import { useDebounced } from '../data/use-debounced.js';
import { usePagedList } from '../data/use-paged-list.js';
import { Chat } from './chat.js';
import { ConversationRow } from './conversation-row.js';
import { GettingStarted } from './getting-started.js';
import { ServiceFilter } from './service-filter.js';

/** The list of conversations, most recently active first, and the open one as a chat. */
export function Conversations({ rest: [sid, message] }: { readonly rest: readonly string[] }): JSX.Element {
  const [typed, setText] = useState('');
  const text = useDebounced(typed);
  const [state, setState] = useState('');
  const [service, setService] = useState('');
  const pages = usePagedList<ConversationSummary>(
    async (start, limit) => {
      const found = await queryControl<{ total: number; conversations: readonly ConversationSummary[] }>(
        'conversations.list',
        {
          text,
          state,
          service,
          start,
          limit,
        },
      );
      return { total: found.total, items: found.conversations };
    },
    [text, state, service, world.value],
    mayChangeRecords,
  );
  const isFiltered = text !== '' || state !== '' || service !== '';
  if (pages.total === 0 && !isFiltered && sid === undefined) return <GettingStarted />;

  const list = (
    <>
      <div class="filters">
        <input
          type="search"
          placeholder="Search names and messages"
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
        <ServiceFilter value={service} onChange={setService} />
      </div>
      <ErrorMessage error={pages.error} />
      {pages.total === 0 && <EmptyState title="No matching conversations" />}
      <VirtualList
        key={`${text}/${state}/${service}/${world.value ?? ''}`}
        label="Conversations"
        count={pages.total ?? 0}
        estimate={76}
        onView={pages.setView}
        row={(index) => {
          const found = pages.at(index);
          return found === undefined ? (
            <div class="entry pending" />
          ) : (
            <ConversationRow conversation={found} isOpen={found.sid === sid} />
          );
        }}
      />
    </>
  );
  const detail =
    sid === undefined ? (
      <EmptyState title="Select a conversation">
        <p>Read it as a chat, reply as any participant, change delivery receipts or its state.</p>
      </EmptyState>
    ) : (
      <Chat key={`${sid}/${world.value ?? ''}`} sid={sid} selected={message} />
    );
  return (
    <SplitView section="conversations" title="Conversations" isOpen={sid !== undefined} list={list} detail={detail} />
  );
}
