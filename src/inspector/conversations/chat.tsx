import type { JSX } from 'preact';
import { useCallback, useState } from 'preact/hooks';
import { look } from '../base/api.js';
import { changesRecords } from '../base/events.js';
import { useLive } from '../base/live.js';
import { usePages } from '../base/pages.js';
import type { Conversation, Message } from '../base/types.js';
import { VirtualList } from '../base/virtual-list.js';
import { Blank, Failure } from '../base/widgets.js';
import { Bubble } from './bubble.js';
import { ChatHeader } from './chat-header.js';
import { Composer } from './composer.js';
import { Details } from './details.js';
import { Told } from './told.js';

interface Place {
  readonly message_sid?: string;
  readonly position?: number;
}

/** One conversation: who says what, and what became of it. */
export function Chat({ sid, selected }: { readonly sid: string; readonly selected: string | undefined }): JSX.Element {
  const [wantsDetails, setWantsDetails] = useState(false);
  const { value: conversation, error } = useLive(
    () => look<Conversation>('conversations.show', { sid }),
    [sid],
    changesRecords,
  );
  const { value: place } = useLive<Place>(
    () => (selected === undefined ? Promise.resolve({}) : look<Place>('records.show', { sid: selected })),
    [selected],
    () => false,
  );
  const pages = usePages<Message>(
    async (start, limit) => {
      const found = await look<{ total: number; messages: readonly Message[] }>('conversations.messages', {
        conversation: sid,
        start,
        limit,
      });
      return { total: found.total, items: found.messages };
    },
    [sid],
    changesRecords,
  );
  const seen = useCallback((first: number, last: number) => pages.show(first, last), [pages]);
  if (conversation === undefined) return error === undefined ? <Blank title="Opening…" /> : <Gone error={error} />;

  const position = selected === undefined ? undefined : place?.position;
  const message = position === undefined ? undefined : pages.at(position);
  return (
    <div class={`chat ${wantsDetails || selected !== undefined ? 'with-details' : ''}`}>
      <ChatHeader conversation={conversation} wantsDetails={wantsDetails} showDetails={setWantsDetails} />
      <Failure error={error ?? pages.error} />
      {pages.total === 0 ? (
        <Blank title="Nobody has said anything yet." />
      ) : (
        <VirtualList
          key={pages.total === undefined ? 'pending' : sid}
          class="messages"
          label="Messages"
          count={pages.total ?? 0}
          estimate={84}
          anchor="end"
          goTo={position}
          seen={seen}
          row={(index) => {
            const found = pages.at(index);
            if (found === undefined) return <div class="bubble pending" />;
            return (
              <Bubble
                message={found}
                before={pages.at(index - 1)}
                conversation={conversation}
                isSelected={found.sid === (place?.message_sid ?? selected)}
              />
            );
          }}
        />
      )}
      <Told conversation={sid} />
      <Composer conversation={conversation} />
      <Details conversation={conversation} message={message} close={() => setWantsDetails(false)} />
    </div>
  );
}

function Gone({ error }: { readonly error: Error }): JSX.Element {
  return (
    <Blank title="This conversation is not here">
      <p>{error.message}</p>
      <p>It may have been deleted, or be in another world.</p>
    </Blank>
  );
}
