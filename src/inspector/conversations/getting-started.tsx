import type { JSX } from 'preact';
import { Button } from '../components/button.js';
import { CopyButton } from '../components/copy-button.js';
import { queryControl, runControl, token } from '../data/api.js';
import { defaultAccount, mayChangeRecords } from '../data/change-events.js';
import { href, world } from '../data/route.js';
import { useLiveQuery } from '../data/use-live-query.js';

/** Shown in a world without conversations: how to create the first one. */
export function GettingStarted(): JSX.Element {
  const { origin } = location;
  const account = world.value ?? defaultAccount.value ?? `AC${'0'.repeat(32)}`;
  // A placeholder for the secret, because snippets get shared.
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
    'const scoped = client.conversations.v1.services(service.sid);',
    '// The webhook URL of your app',
    'await scoped.configuration.webhooks().update({',
    "  postWebhookUrl: 'http://127.0.0.1:3000/twilio/events',",
    "  filters: ['onMessageAdded'],",
    '});',
    "const { sid } = await scoped.conversations.create({ friendlyName: 'Hello' });",
    'await scoped.conversations(sid).participants.create({',
    "  'messagingBinding.address': '+15557770100',",
    "  'messagingBinding.proxyAddress': '+15558880001',",
    '});',
    "await scoped.conversations(sid).messages.create({ author: 'agent', body: 'How can I help?' });",
  ].join('\n');
  return (
    <div class="getting-started">
      <h1>No conversations yet</h1>
      <p>
        This is a simulated Twilio Conversations account. Send your app’s requests to <code>{origin}</code>; each
        conversation that it creates appears here immediately.
      </p>
      <ServiceCount />
      <ol>
        <li>
          <h2>Load sample data</h2>
          <p>A support desk with customers on SMS, WhatsApp and web chat.</p>
          <Button
            class="primary"
            onPress={() => runControl('worlds.reset', { seed: 'support-desk' })}
            done="Sample data loaded"
          >
            Load the support-desk seed
          </Button>
        </li>
        <li>
          <h2>Send a request with curl</h2>
          <Snippet what="curl command" text={curl} />
        </li>
        <li>
          <h2>Use the Twilio SDK</h2>
          <Snippet what="Node.js code" text={node} />
        </li>
        <li>
          <h2>Reply as the customer</h2>
          <p>Open the conversation here, reply as the phone number, and follow your app’s webhooks under Webhooks.</p>
        </li>
      </ol>
    </div>
  );
}

/** Confirms a first request that created only a service. */
function ServiceCount(): JSX.Element | null {
  const { value } = useLiveQuery(
    () => queryControl<{ total: number }>('services.list', { limit: 1 }),
    [world.value],
    mayChangeRecords,
  );
  if (value === undefined || value.total === 0) return null;
  return (
    <p>
      This account has {value.total === 1 ? '1 service' : `${value.total} services`}: see{' '}
      <a href={href('services')}>Services</a> and the log of <a href={href('requests')}>Requests</a>.
    </p>
  );
}

function Snippet({ what, text }: { readonly what: string; readonly text: string }): JSX.Element {
  return (
    <div class="snippet">
      <pre tabIndex={0}>{text}</pre>
      <CopyButton what={what} text={() => text} />
    </div>
  );
}
