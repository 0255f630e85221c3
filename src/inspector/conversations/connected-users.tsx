import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { Badge } from '../components/badge.js';
import { Text } from '../components/text.js';
import { queryControl } from '../data/api.js';
import { isInShownWorld, type Change } from '../data/change-events.js';
import { world } from '../data/route.js';
import type { Conversation } from '../data/types.js';
import { useLiveQuery } from '../data/use-live-query.js';

interface ConnectedUser {
  readonly identity: string;
  readonly service: string;
  readonly connections: number;
  readonly typing_in: readonly string[];
}

/** How long a typing indicator lasts, in milliseconds. */
const TYPING_MS = 6000;

const isAffected = (change: Change): boolean => change.kind === 'world' && isInShownWorld(change);

/** The users who are connected with a client SDK, of this service only. In other modes than simulate there are none. */
function useConnectedUsers({ service_sid: service }: Pick<Conversation, 'service_sid'>): readonly ConnectedUser[] {
  const { value, refresh } = useLiveQuery(
    () => queryControl<{ users: readonly ConnectedUser[] }>('clients.list').catch(() => ({ users: [] })),
    [world.value],
    isAffected,
  );
  const isTyping = value?.users.some(({ typing_in: typingIn }) => typingIn.length > 0) === true;
  useEffect(() => {
    if (!isTyping) return undefined;
    // Nothing is sent when somebody stops typing.
    const timer = setTimeout(refresh, TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return value?.users.filter((user) => user.service === service) ?? [];
}

/** Who of the participants is connected, and who is typing. */
export function ConnectedUsers({ conversation }: { readonly conversation: Conversation }): JSX.Element | null {
  const users = useConnectedUsers(conversation).filter(({ identity }) =>
    conversation.participants.some((participant) => participant.identity === identity),
  );
  if (users.length === 0) return null;
  return (
    <ul class="connected-users" aria-label="Connected users">
      {users.map(({ identity, connections, typing_in: typingIn }) => (
        <li key={identity} title={`${connections} ${connections === 1 ? 'connection' : 'connections'} of a client SDK`}>
          <Badge tone="good">
            <Text value={identity} /> {typingIn.includes(conversation.sid) ? 'is typing' : 'is connected'}
          </Badge>
        </li>
      ))}
    </ul>
  );
}
