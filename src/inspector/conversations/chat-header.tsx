import type { JSX } from 'preact';
import { Badge } from '../components/badge.js';
import { Button } from '../components/button.js';
import { ConfirmButton } from '../components/confirm-button.js';
import { SidLink } from '../components/sid-link.js';
import { Text } from '../components/text.js';
import { formatDuration } from '../components/timestamp.js';
import { runControl } from '../data/api.js';
import type { Conversation } from '../data/types.js';
import { worldNow } from '../data/world-clock.js';
import { ConnectedUsers } from './connected-users.js';
import { titleOf } from './conversation-row.js';

interface Props {
  readonly conversation: Conversation;
  readonly areDetailsOpen: boolean;
  readonly setDetailsOpen: (isOpen: boolean) => void;
}

export function ChatHeader({ conversation, areDetailsOpen, setDetailsOpen }: Props): JSX.Element {
  const { sid, state, next } = conversation;
  return (
    <div class="chat-header">
      <div class="title">
        <h1>
          <Text value={titleOf(conversation)} />
        </h1>
        <p>
          <Badge tone={state}>{state}</Badge> <SidLink value={sid} />
          {next !== null && (
            <span class="timer" title={next.at}>
              {next.state === 'closed' ? 'closes' : 'becomes inactive'} in {formatDuration(worldNow(), next.at)}
            </span>
          )}
        </p>
        <ConnectedUsers conversation={conversation} />
      </div>
      <StateButtons sid={sid} state={state} />
      <button type="button" class="quiet" aria-pressed={areDetailsOpen} onClick={() => setDetailsOpen(!areDetailsOpen)}>
        Details
      </button>
    </div>
  );
}

/** Buttons for the state changes that Twilio allows: `closed` is final. */
function StateButtons({ sid, state }: { readonly sid: string; readonly state: string }): JSX.Element {
  const setState = (newState: string) => () => runControl('conversations.set-state', { sid, state: newState });
  if (state === 'closed') return <span class="hint">Closed conversations are read-only in Twilio.</span>;
  return (
    <>
      {state === 'inactive' ? (
        <Button onPress={setState('active')} done="Set to active">
          Reactivate
        </Button>
      ) : (
        <Button onPress={setState('inactive')} done="Set to inactive">
          Set inactive
        </Button>
      )}
      <ConfirmButton
        label="Close"
        question="Close this conversation? In Twilio, a closed conversation cannot be reopened."
        onConfirm={setState('closed')}
        done="Conversation closed"
      />
    </>
  );
}
