/** A repair shop. Customers send pictures of what is broken; the shop keeps a copy and sends it on to a technician. */
import { createHash } from 'node:crypto';
import formbody from 'node:querystring';
import fastify from 'fastify';
import twilio, { type Twilio } from 'twilio';
import { expect, onTestFinished, test } from 'vitest';
import type { SimWorld } from '../../../src/index.js';
import { PIXEL } from '../../helpers/media.js';
import { openWorld } from './open-world.js';

const CUSTOMER = '+15551230001';
const SHOP = '+15559990000';
const TECHNICIAN = '+15551239999';

type Event = Readonly<Record<string, string | undefined>>;

/** As in the parameter `Media` of a webhook. */
interface SentFile {
  readonly Sid: string;
  readonly ContentType: string;
  readonly Filename: string | null;
}

/** A record at the host of media, which the SDK does not know. */
interface MediaRecord {
  readonly sid: string;
  readonly size: number;
  readonly links: { readonly content_direct_temporary: string };
}

interface Shop {
  /** The pictures that the shop keeps, by their hash. */
  readonly pictures: Map<string, Buffer>;
  /** Resolves when the picture of a customer has been sent on. */
  readonly sentOn: Promise<string>;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The shop's server. `mediaUrl` is all that it must be told besides the base address of the SDK. */
async function openShop(client: Twilio, { accountSid, authToken }: SimWorld, mediaUrl: string): Promise<Shop> {
  const { conversations, addressConfigurations } = client.conversations.v1;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const technician = await conversations.create({ friendlyName: 'Technician' });
  await conversations(technician.sid).participants.create({
    'messagingBinding.address': TECHNICIAN,
    'messagingBinding.proxyAddress': SHOP,
  });

  async function download(service: string, sid: string): Promise<Buffer> {
    const record = await fetch(`${mediaUrl}/v1/Services/${service}/Media/${sid}`, { headers: { authorization } });
    const { links } = (await record.json()) as MediaRecord;
    // The link is signed. Twilio refuses credentials there.
    return Buffer.from(await (await fetch(links.content_direct_temporary)).arrayBuffer());
  }

  async function upload(service: string, bytes: Buffer, { ContentType, Filename }: SentFile): Promise<MediaRecord> {
    const response = await fetch(
      `${mediaUrl}/v1/Services/${service}/Media?Filename=${encodeURIComponent(Filename ?? '')}`,
      { method: 'POST', body: bytes, headers: { authorization, 'content-type': ContentType } },
    );
    if (response.status !== 201) throw new Error(await response.text());
    return (await response.json()) as MediaRecord;
  }

  const pictures = new Map<string, Buffer>();
  let report: (messageSid: string) => void;
  const sentOn = new Promise<string>((resolve) => (report = resolve));
  const app = fastify();
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, { ...formbody.parse(body as string) }),
  );
  app.post('/events', async (request, reply) => {
    const event = request.body as Event;
    const signature = String(request.headers['x-twilio-signature']);
    if (!twilio.validateRequest(authToken, signature, `${url}/events`, event)) return reply.code(403).send();
    const service = event['ChatServiceSid'] ?? '';
    for (const file of JSON.parse(event['Media'] ?? '[]') as SentFile[]) {
      const bytes = await download(service, file.Sid);
      pictures.set(hashOf(bytes), bytes);
      const copy = await upload(service, bytes, file);
      const message = await conversations(technician.sid).messages.create({
        author: 'shop',
        body: `${event['Author']} writes: ${event['Body']}`,
        mediaSid: copy.sid,
      });
      report(message.sid);
    }
    return reply.send();
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  await addressConfigurations.create({
    type: 'sms',
    address: SHOP,
    'autoCreation.enabled': true,
    'autoCreation.type': 'webhook',
    'autoCreation.webhookUrl': `${url}/events`,
    'autoCreation.webhookMethod': 'post',
    'autoCreation.webhookFilters': ['onMessageAdded'],
  });
  return { pictures, sentOn };
}

test('a picture that a customer sends is stored, uploaded again and sent on to another conversation', async () => {
  const { world, client } = await openWorld();
  const shop = await openShop(client, world, `${world.url}/mcs`);

  const received = await world.inbound({
    from: CUSTOMER,
    to: SHOP,
    body: 'My lamp is broken',
    media: { content: PIXEL, contentType: 'image/png', filename: 'lamp.png' },
  });
  const messageSid = await shop.sentOn;
  expect([...shop.pictures]).toEqual([[hashOf(PIXEL), PIXEL]]);

  const all = await client.conversations.v1.conversations.list();
  const technician = all.find(({ friendlyName }) => friendlyName === 'Technician');
  const sent = await client.conversations.v1
    .conversations(technician?.sid ?? '')
    .messages(messageSid)
    .fetch();
  const file = { size: PIXEL.length, content_type: 'image/png', filename: 'lamp.png' };
  expect(sent).toMatchObject({ body: `${CUSTOMER} writes: My lamp is broken`, media: [file] });

  // Each conversation has its own copy: deleting the customer's message leaves the technician's.
  const [original] = received['media'] as unknown as MediaRecord[];
  const [copy] = sent.media as MediaRecord[];
  expect(copy?.sid).not.toBe(original?.sid);
  await client.conversations.v1
    .conversations(received['conversation_sid'] as string)
    .messages(received['sid'] as string)
    .remove();
  const service = technician?.chatServiceSid ?? '';
  await expect(world.media.download(service, original?.sid ?? '')).rejects.toThrow('20404');
  expect(await world.media.download(service, copy?.sid ?? '')).toEqual(PIXEL);
});
