/** Compares the CPU time of the server for requests through its intercepting proxy with that for plain HTTP. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compared, interleaved } from './figures.mjs';
import { freePort, here, LOAD_CORE, run, startOurs, usageOf } from './processes.mjs';
import { authorization, create, messageRequest } from './requests.mjs';

const TARGET = 1.25;
const CONNECTIONS = 8;

const get = (url) => ({ url, method: 'GET', headers: { authorization } });

export async function measureProxy({ rounds, proxied: count }) {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'));
  const proxy = `http://127.0.0.1:${await freePort()}`;
  const ours = await startOurs(['--proxy-port', new URL(proxy).port], { UNDERSTUDY_STATE_DIR: folder });
  const { sid: read } = await create(ours.origin, '/v1/Conversations');
  const { sid: written } = await create(ours.origin, '/v1/Conversations');
  const messages = `/v1/Conversations/${read}/Messages`;
  for (let i = 0; i < 50; i += 1) await create(ours.origin, messages, { Body: 'Hello' });

  const requestsAt = (origin) => ({
    'GET one conversation': get(`${origin}/v1/Conversations/${read}`),
    'GET a page of 50 messages': get(`${origin}${messages}?PageSize=50`),
    'POST a message': messageRequest(`${origin}/v1/Conversations/${written}/Messages`),
  });
  /** CPU time of the server per request, in microseconds. */
  async function costOf(request, route) {
    const before = usageOf(ours.child).cpu;
    const options = { ...request, ...route, connections: CONNECTIONS, count };
    const child = run(LOAD_CORE, [process.execPath, here('proxy-load.mjs'), JSON.stringify(options)]);
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the load generator failed for ${request.url}`);
    return ((usageOf(ours.child).cpu - before) * 1000) / count;
  }
  const plain = requestsAt(ours.origin);
  const proxied = requestsAt('https://conversations.twilio.com');
  const route = { proxy, caFile: join(folder, 'ca', 'ca.pem') };
  const rows = [];
  for (const name of Object.keys(plain)) {
    const results = await interleaved(
      { plain: () => costOf(plain[name]), proxied: () => costOf(proxied[name], route) },
      rounds,
    );
    const title = `${name} through the proxy, CPU time per request relative to plain HTTP`;
    rows.push(compared(title, results.proxied, results.plain, { unit: ' µs', atMost: TARGET }));
  }
  await ours.stop();
  rmSync(folder, { recursive: true });
  return rows;
}
