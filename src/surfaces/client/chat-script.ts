/** The files of the chat page. They run in browsers, with Twilio's client SDK. */

export const chatStyle = `
body { display: flex; flex-direction: column; font: 16px/1.5 system-ui, sans-serif; height: 100vh; margin: 0; }
header, form { display: flex; gap: 0.5rem; padding: 0.75rem; }
#messages { flex: 1; list-style: none; margin: 0; overflow: auto; padding: 0.75rem; }
#messages li { background: #eee; border-radius: 0.5rem; color: #111; margin: 0.25rem 0; padding: 0.25rem 0.75rem; width: fit-content; }
#messages li.own { background: #cde; margin-left: auto; }
#typing { min-height: 1.5em; margin: 0 0.75rem; }
input { flex: 1; font: inherit; padding: 0.5rem; }
`;

export const chatScript = `
const query = new URLSearchParams(location.search);
const [identity, sid, service, world] = ['identity', 'conversation', 'service', 'world'].map((name) => query.get(name));
const element = (id) => document.getElementById(id);
element('user').textContent = identity;
document.title = 'Chat as ' + identity;

async function fetchToken() {
  const headers = { 'content-type': 'application/json' };
  const serverToken = sessionStorage.getItem('understudy-token');
  if (serverToken) headers['understudy-token'] = serverToken;
  if (world) headers['understudy-world'] = world;
  const body = JSON.stringify({ identity, ...(service && { service }) });
  const response = await fetch('clients/token', { method: 'POST', headers, body });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  return answer.token;
}

function show(message) {
  const item = document.getElementById(message.sid) ?? document.createElement('li');
  item.id = message.sid;
  const files = (message.attachedMedia ?? []).map(({ filename }) => '[' + (filename ?? 'file') + ']');
  const author = message.author === identity ? [] : [message.author + ':'];
  item.textContent = [...author, message.body ?? '', ...files].join(' ');
  item.className = message.author === identity ? 'own' : '';
  if (!item.parentElement) element('messages').append(item);
  item.scrollIntoView();
}

async function open(client) {
  const conversation = await client.getConversationBySid(sid);
  conversation.on('messageAdded', show);
  conversation.on('messageUpdated', ({ message }) => show(message));
  conversation.on('messageRemoved', (message) => document.getElementById(message.sid)?.remove());
  conversation.on('typingStarted', (participant) => (element('typing').textContent = participant.identity + ' is typing'));
  conversation.on('typingEnded', () => (element('typing').textContent = ''));
  for (const message of (await conversation.getMessages()).items) show(message);
  await conversation.setAllMessagesRead();
  const form = document.querySelector('form');
  form.text.addEventListener('input', () => conversation.typing());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = form.text.value;
    form.reset();
    if (text === '') return;
    await conversation.sendMessage(text).catch((error) => (element('state').textContent = error.message));
  });
}

try {
  const client = new Twilio.Conversations.Client(await fetchToken());
  client.on('connectionStateChanged', (state) => (element('state').textContent = state));
  client.on('tokenAboutToExpire', async () => client.updateToken(await fetchToken()));
  client.on('stateChanged', (state) => state === 'initialized' && open(client));
} catch (error) {
  element('state').textContent = error.message;
}
`;
