import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createDesk, startSim } from '../helpers/sim.js';
import { basic } from '../helpers/understudy.js';

const TEXTS = ['plain', 'Grüße', '日本語', '👋🏽', '\u2028', 'plain again'];

describe('a response on the wire', () => {
  test.each([
    ['the Twilio surface', 'application/json;charset=utf-8', '/v1/Services', 'Conversations', 'Messages'],
    ['the REST surface', 'application/json', '/v1/v1/services', 'conversations', 'messages'],
  ])(
    'has the content length of its bytes, also outside ASCII, on %s',
    async (_, type, base, conversations, messages) => {
      const sim = await startSim();
      const { service, conversation } = await createDesk(sim);
      const url = `${sim.url}${base}/${service}/${conversations}/${conversation}/${messages}`;
      const headers = basic(sim.accountSid);
      const read = async (path: string, init?: RequestInit) => {
        const response = await fetch(`${url}${path}`, { ...init, headers });
        const bytes = Buffer.from(await response.arrayBuffer());
        expect(response.headers.get('content-length')).toBe(String(bytes.length));
        expect(response.headers.get('content-type')).toBe(type);
        return JSON.parse(bytes.toString('utf8')) as { sid: string; body: string; messages: { body: string }[] };
      };

      for (const Body of TEXTS) {
        const { sid, body } = await read('', { method: 'POST', body: new URLSearchParams({ Body }) });
        expect(body).toBe(Body);
        expect((await read(`/${sid}`)).body).toBe(Body);
      }
      expect((await read('?PageSize=50')).messages.map(({ body }) => body)).toEqual(TEXTS);
      expect((await read('?PageSize=1')).messages.map(({ body }) => body)).toEqual(['plain']);
    },
  );

  test('has URLs that begin with the host name of the caller, also if callers use different names', async () => {
    const sim = await startSim();
    const { service } = await createDesk(sim);
    const { port } = new URL(sim.url);
    for (const name of ['127.0.0.1', 'localhost', '127.0.0.1']) {
      const origin = `http://${name}:${port}`;
      const response = await fetch(`${origin}/v1/Services/${service}`, { headers: basic(sim.accountSid) });
      expect(((await response.json()) as { url: string }).url).toBe(`${origin}/v1/Services/${service}`);
    }
  });

  test('arrives whole and in order for requests that are sent before the response to the one before', async () => {
    const sim = await startSim();
    const { service, conversation } = await createDesk(sim);
    const base = `/v1/Services/${service}/Conversations/${conversation}`;
    const headers = basic(sim.accountSid);
    for (let i = 0; i < 40; i += 1) {
      const body = new URLSearchParams({ Body: `message ${i} ${'x'.repeat(1000)}` });
      await fetch(`${sim.url}${base}/Messages`, { method: 'POST', headers, body });
    }
    const { hostname, port, host } = new URL(sim.url);
    const socket = connect(Number(port), hostname);
    // A page longer than what is written at once, between two short responses.
    const paths = [base, `${base}/Messages?PageSize=40`, base, `/v1/Services/${service}`];
    const [name, value] = Object.entries(headers)[0] ?? [];
    const requests = paths.map((path, i) => {
      const connection = i === paths.length - 1 ? 'close' : 'keep-alive';
      return `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${name}: ${value}\r\nConnection: ${connection}\r\n\r\n`;
    });
    socket.write(requests.join(''));
    let rest = (await text(socket)).replaceAll('\r\n', '\n');
    const bodies = paths.map(() => {
      const end = rest.indexOf('\n\n');
      const length = Number(/^content-length: (\d+)$/im.exec(rest.slice(0, end))?.[1]);
      const body = rest.slice(end + 2, end + 2 + length);
      rest = rest.slice(end + 2 + length);
      return JSON.parse(body) as { sid: string; messages?: unknown[] };
    });
    expect(rest).toBe('');
    expect(bodies.map(({ sid, messages }) => sid ?? messages?.length)).toEqual([
      conversation,
      40,
      conversation,
      service,
    ]);
  });
});
