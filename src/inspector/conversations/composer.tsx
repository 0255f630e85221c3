import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { act } from '../base/api.js';
import { say } from '../base/notice.js';
import type { Conversation } from '../base/types.js';
import { nameOfPerson, writers } from './people.js';

/** Writes as one of the people, as if it came from their phone or browser: with all events, so that the app's webhooks fire. */
export function Composer({ conversation }: { readonly conversation: Conversation }): JSX.Element | null {
  const people = writers(conversation);
  const [chosen, choose] = useState<string | undefined>(undefined);
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const person = people.find(({ sid }) => sid === chosen) ?? people[0];
  if (conversation.state === 'closed') return null;
  if (person === undefined)
    return <p class="composer hint">Nobody here can write yet: the app has added no participant.</p>;

  async function send(): Promise<void> {
    if (person === undefined || text.trim() === '' || busy) return;
    setBusy(true);
    try {
      await act('inbound.message', {
        from: nameOfPerson(person),
        ...(person.proxy_address === null ? {} : { to: person.proxy_address }),
        body: text,
        conversation: conversation.sid,
      });
      setText('');
    } catch (error) {
      say((error as Error).message, 'bad');
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label class="as">
        <span>Write as</span>
        <select value={person.sid} onChange={({ currentTarget }) => choose(currentTarget.value)}>
          {people.map((each) => (
            <option key={each.sid} value={each.sid}>
              {nameOfPerson(each)} ({each.channel})
            </option>
          ))}
        </select>
      </label>
      <textarea
        aria-label={`Message as ${nameOfPerson(person)}`}
        placeholder={`A message from ${nameOfPerson(person)}`}
        rows={1}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <button type="submit" class="primary" disabled={text.trim() === '' || busy}>
        Send
      </button>
    </form>
  );
}
