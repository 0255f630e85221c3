/** A support desk app as a customer of Twilio would write it. It knows Twilio's SDK and its own public URL, but no simulator. */
import formbody from 'node:querystring';
import fastify, { type FastifyInstance } from 'fastify';
import twilio, { type Twilio } from 'twilio';

/** A customer of the desk, with a Twilio account of their own. */
export interface Tenant {
  readonly client: Twilio;
  readonly authToken: string;
  readonly serviceSid: string;
  /** The events that the desk has handled, one line each. */
  readonly notes: string[];
  /** The desk fails once, on the next event with this name. */
  failsOn?: string | undefined;
}

type Event = Readonly<Record<string, string | undefined>>;

export interface Desk {
  readonly app: FastifyInstance;
  readonly tenants: Map<string, Tenant>;
  /** Points the webhooks of a tenant's service at the desk. */
  readonly install: (tenant: Tenant) => Promise<void>;
}

const CARD = /\b(?:\d[ -]?){12}(\d{4})\b/g;

export function createDesk(publicUrl: string): Desk {
  const tenants = new Map<string, Tenant>();
  const app = fastify();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, { ...formbody.parse(body as string) }),
  );

  /** Finds the tenant of a webhook. The signature proves that it comes from Twilio, which knows the auth token. */
  function tenantOf(path: string, event: Event, signature: unknown): Tenant | undefined {
    const tenant = tenants.get(event['AccountSid'] ?? '');
    const isFromTwilio =
      tenant !== undefined &&
      typeof signature === 'string' &&
      twilio.validateRequest(tenant.authToken, signature, publicUrl + path, event);
    return isFromTwilio ? tenant : undefined;
  }

  app.post('/before', async (request, reply) => {
    const event = request.body as Event;
    if (tenantOf('/before', event, request.headers['x-twilio-signature']) === undefined) return reply.code(403).send();
    const body = event['Body'] ?? '';
    if (/\bforbidden\b/i.test(body)) return reply.code(403).send();
    // Card numbers must not be stored.
    return CARD.test(body) ? { body: body.replaceAll(CARD, '**** $1') } : {};
  });

  app.post('/after', async (request, reply) => {
    const event = request.body as Event;
    const tenant = tenantOf('/after', event, request.headers['x-twilio-signature']);
    if (tenant === undefined) return reply.code(403).send();
    const { EventType } = event;
    if (tenant.failsOn === EventType) {
      tenant.failsOn = undefined;
      return reply.code(500).send();
    }
    await handle(tenant, event);
    return reply.send();
  });

  return {
    app,
    tenants,
    async install({ client, serviceSid }) {
      await client.conversations.v1
        .services(serviceSid)
        .configuration.webhooks()
        .update({
          preWebhookUrl: `${publicUrl}/before`,
          postWebhookUrl: `${publicUrl}/after`,
          method: 'POST',
          filters: ['onMessageAdd', 'onMessageAdded', 'onDeliveryUpdated', 'onConversationStateUpdated'],
        });
    },
  };
}

async function handle({ client, serviceSid, notes }: Tenant, event: Event): Promise<void> {
  const { EventType, ConversationSid = '', Author, Body, Index, Source, Status, ErrorCode, StateTo, Reason } = event;
  switch (EventType ?? '') {
    case 'onMessageAdded': {
      notes.push(`${Author} (${Source}): ${Body}`);
      // A new customer: add an agent, greet, and close the conversation after inactivity.
      if (Index === '0') {
        const conversation = client.conversations.v1.services(serviceSid).conversations(ConversationSid);
        await conversation.update({ 'timers.inactive': 'PT5M', 'timers.closed': 'PT10M' });
        await conversation.participants.create({ identity: 'agent' });
        await conversation.messages.create({ author: 'agent', body: 'Hello, how can we help?' });
      }
      return;
    }
    case 'onDeliveryUpdated':
      notes.push(`delivery: ${Status}${ErrorCode === undefined ? '' : ` ${ErrorCode}`}`);
      return;
    case 'onConversationStateUpdated':
      notes.push(`state: ${StateTo} (${Reason})`);
      return;
    default:
      throw new Error(`unexpected event ${EventType}`);
  }
}
