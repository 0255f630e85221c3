import type { JSX } from 'preact';
import { act } from '../base/api.js';
import { now } from '../base/clock-state.js';
import { Sid, Text } from '../base/text.js';
import { span } from '../base/time.js';
import type { Conversation } from '../base/types.js';
import { Badge, Button, DangerButton } from '../base/widgets.js';
import { nameOf } from './entry.js';

interface Props {
  readonly conversation: Conversation;
  readonly wantsDetails: boolean;
  readonly showDetails: (wanted: boolean) => void;
}

export function ChatHeader({ conversation, wantsDetails, showDetails }: Props): JSX.Element {
  const { sid, state, next } = conversation;
  return (
    <div class="chat-header">
      <div class="title">
        <h1>
          <Text value={nameOf(conversation)} />
        </h1>
        <p>
          <Badge tone={state}>{state}</Badge> <Sid value={sid} />
          {next !== null && (
            <span class="timer" title={next.at}>
              {next.state === 'closed' ? 'closes' : 'falls asleep'} in {span(now(), next.at)}
            </span>
          )}
        </p>
      </div>
      <StateButtons sid={sid} state={state} />
      <button type="button" class="quiet" aria-pressed={wantsDetails} onClick={() => showDetails(!wantsDetails)}>
        Details
      </button>
    </div>
  );
}

/** Only what Twilio allows: a closed conversation is never opened again. */
function StateButtons({ sid, state }: { readonly sid: string; readonly state: string }): JSX.Element {
  const set = (wanted: string) => () => act('conversations.set-state', { sid, state: wanted });
  if (state === 'closed') return <span class="hint">Closed is final in Twilio: it can only be read.</span>;
  return (
    <>
      {state === 'inactive' ? (
        <Button run={set('active')} done="It is active again">
          Wake up
        </Button>
      ) : (
        <Button run={set('inactive')} done="It sleeps until somebody writes">
          Put to sleep
        </Button>
      )}
      <DangerButton
        label="Close"
        question="Close this conversation? In Twilio a closed conversation can never be opened again."
        run={set('closed')}
        done="Closed"
      />
    </>
  );
}
