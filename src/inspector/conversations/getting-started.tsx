import type { JSX } from 'preact';
import { act, look, token } from '../base/api.js';
import { changesRecords, defaultAccount } from '../base/events.js';
import { useLive } from '../base/live.js';
import { href, world } from '../base/route.js';
import { Button, Copy } from '../base/widgets.js';

/** For a newcomer whose app has done nothing yet: what to run next. */
export function Welcome(): JSX.Element {
  const { origin } = location;
  const account = world.value ?? defaultAccount.value ?? `AC${'0'.repeat(32)}`;
  // The token itself is not shown: who copies these lines knows where it is kept.
  const password = token.value === '' ? 'any' : 'TOKEN';
  const curl = `curl ${origin}/v1/Services -u ${account}:${password} -d FriendlyName=Demo`;
  const node = [
    "import twilio from 'twilio';",
    '',
    'const httpClient = new twilio.RequestClient();',
    'const send = httpClient.request.bind(httpClient);',
    'httpClient.request = (request) =>',
    `  send({ ...request, uri: request.uri.replace(/^https?:..[^/]+/, '${origin}') });`,
    `const client = twilio('${account}', '${password}', { httpClient });`,
    '',
    "const service = await client.conversations.v1.services.create({ friendlyName: 'Demo' });",
    'const inside = client.conversations.v1.services(service.sid);',
    '// where your app listens',
    'await inside.configuration.webhooks().update({',
    "  postWebhookUrl: 'http://127.0.0.1:3000/twilio/events',",
    "  filters: ['onMessageAdded'],",
    '});',
    "const { sid } = await inside.conversations.create({ friendlyName: 'Hello' });",
    'await inside.conversations(sid).participants.create({',
    "  'messagingBinding.address': '+15557770100',",
    "  'messagingBinding.proxyAddress': '+15558880001',",
    '});',
    "await inside.conversations(sid).messages.create({ author: 'agent', body: 'How can I help?' });",
  ].join('\n');
  return (
    <div class="welcome">
      <h1>No conversations yet</h1>
      <p>
        This is the inside of a simulated Twilio Conversations. Point your app at <code>{origin}</code>, and every
        conversation that it makes appears here, the moment it makes it.
      </p>
      <SoFar />
      <ol>
        <li>
          <h2>Look around first</h2>
          <p>Fill this world with an example: a support desk with customers on SMS, WhatsApp and web chat.</p>
          <Button
            class="primary"
            run={() => act('worlds.reset', { seed: 'support-desk' })}
            done="The support desk is open"
          >
            Load the support desk
          </Button>
        </li>
        <li>
          <h2>Make a call by hand</h2>
          <Snippet what="curl line" text={curl} />
        </li>
        <li>
          <h2>Use Twilio’s own SDK</h2>
          <Snippet what="Node code" text={node} />
        </li>
        <li>
          <h2>Then be the customer</h2>
          <p>
            Open the conversation here, answer as the phone number, and watch your app’s webhook fire under Webhooks.
          </p>
        </li>
      </ol>
    </div>
  );
}

/** A newcomer's first call often makes a service only: it must not look as if nothing had come of it. */
function SoFar(): JSX.Element | null {
  const { value } = useLive(
    () => look<{ total: number }>('services.list', { limit: 1 }),
    [world.value],
    changesRecords,
  );
  if (value === undefined || value.total === 0) return null;
  return (
    <p>
      So far there {value.total === 1 ? 'is one service' : `are ${value.total} services`}, under{' '}
      <a href={href('services')}>Services</a>; what was asked is under <a href={href('requests')}>Requests</a>.
    </p>
  );
}

function Snippet({ what, text }: { readonly what: string; readonly text: string }): JSX.Element {
  return (
    <div class="snippet">
      <pre tabIndex={0}>{text}</pre>
      <Copy what={what} text={() => text} />
    </div>
  );
}
