import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { showToast } from '../components/toast.js';
import { runControl } from '../data/api.js';
import { route } from '../data/route.js';
import type { Conversation } from '../data/types.js';
import { Attachments, readFiles } from './attachments.js';
import { participantName, possibleSenders } from './participants.js';

/** Sends a message as a participant. The simulator treats it as inbound, so the app's webhooks fire. */
export function Composer({ conversation }: { readonly conversation: Conversation }): JSX.Element | null {
  const senders = possibleSenders(conversation);
  const [selectedSid, selectSid] = useState<string | undefined>(undefined);
  const [text, setText] = useState('');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [isBusy, setBusy] = useState(false);
  const as = route.value.query.get('as');
  const sender =
    senders.find(({ sid }) => sid === selectedSid) ??
    senders.find((each) => participantName(each) === as) ??
    senders[0];
  if (conversation.state === 'closed') return null;
  if (sender === undefined) return <p class="composer hint">No participant can send messages yet. Add one first.</p>;

  const isEmpty = text.trim() === '' && files.length === 0;

  async function send(): Promise<void> {
    if (sender === undefined || isEmpty || isBusy) return;
    setBusy(true);
    try {
      await runControl('inbound.message', {
        from: participantName(sender),
        ...(sender.proxy_address === null ? {} : { to: sender.proxy_address }),
        ...(text.trim() === '' ? {} : { body: text }),
        ...(files.length === 0 ? {} : { media: await readFiles(files) }),
        conversation: conversation.sid,
      });
      setText('');
      setFiles([]);
    } catch (error) {
      showToast((error as Error).message, 'bad');
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
      <label class="sender">
        <span>Send as</span>
        <select value={sender.sid} onChange={({ currentTarget }) => selectSid(currentTarget.value)}>
          {senders.map((each) => (
            <option key={each.sid} value={each.sid}>
              {participantName(each)} ({each.channel})
            </option>
          ))}
        </select>
      </label>
      <textarea
        aria-label={`Message as ${participantName(sender)}`}
        placeholder="Message"
        rows={1}
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <Attachments files={files} onChange={setFiles} />
      <button type="submit" class="primary" disabled={isEmpty || isBusy}>
        Send
      </button>
    </form>
  );
}
