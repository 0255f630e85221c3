/** Shared by the measurements of the inspector: a browser, calls at a constant rate, and the memory of a page. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { Pool } from 'undici';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const AUTHORIZATION = `Basic ${Buffer.from(`${ACCOUNT}:x`).toString('base64')}`;

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const whyNoBrowser = existsSync(CHROMIUM)
  ? undefined
  : `${CHROMIUM} does not exist: install Chromium, or set CHROMIUM to its path`;

export async function openBrowser() {
  const { chromium } = await import('playwright-core');
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'];
  return chromium.launch({ executablePath: CHROMIUM, args: [...args, '--disable-background-timer-throttling'] });
}

/** A receiver of webhooks that responds at once. */
export async function startReceiver() {
  const server = createServer((request, response) => {
    request.resume();
    response.end();
  }).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${server.address().port}/`;
}

/** Calls operations of the Twilio surface in one conversation. */
export async function createCaller(origin, receiver) {
  const pool = new Pool(origin, { connections: 16 });
  let calls = 0;
  async function call(method, path, form, headers = {}) {
    calls += 1;
    const { statusCode, body } = await pool.request({
      method,
      path: `/v1/${path}`,
      headers: { authorization: AUTHORIZATION, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: form && new URLSearchParams(form).toString(),
    });
    const text = await body.text();
    return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) };
  }
  const create = async (path, form) => {
    const { status, body } = await call('POST', path, form);
    if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body.sid;
  };
  const service = await create('Services', { FriendlyName: 'bench' });
  const filters = [['Filters', 'onMessageAdded']];
  await call('POST', `Services/${service}/Configuration/Webhooks`, [['PostWebhookUrl', receiver], ...filters]);
  const conversation = await create(`Services/${service}/Conversations`, { FriendlyName: 'bench' });
  const at = `Services/${service}/Conversations/${conversation}`;
  await create(`${at}/Participants`, { Identity: 'ada' });
  const sendMessage = (text, headers) => call('POST', `${at}/Messages`, { Author: 'ada', Body: text }, headers);
  for (let i = 0; i < 100; i += 1) await sendMessage(`message ${i}`);
  return {
    conversation,
    sendMessage,
    fetchConversation: () => call('GET', at),
    /** The number of calls so far. The server's log counts the same. */
    calls: () => calls,
    close: () => pool.close(),
    /** The number of records stays the same: every tenth call creates a message, the next one deletes it. */
    async mixed(i) {
      if (i % 10 === 0) {
        // Every fourth message fires a webhook.
        const { body } = await sendMessage(`message ${i}`, i % 40 === 0 ? { 'x-twilio-webhook-enabled': 'true' } : {});
        await call('DELETE', `${at}/Messages/${body.sid}`);
      } else if (i % 10 !== 1) await call('GET', i % 3 === 0 ? `${at}/Messages?PageSize=20` : at);
    },
  };
}

/** Calls `send` at a constant rate until `end` is called, like independent callers. */
export function callAt(rate, send) {
  const began = performance.now();
  let [sent, failure] = [0, undefined];
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * rate) / 1000);
    for (; sent < due; sent += 1) send(sent).catch((error) => (failure ??= error));
  }, 2);
  return () => {
    clearInterval(timer);
    if (failure !== undefined) throw failure;
    return sent;
  };
}

/** Heap (MB) and DOM nodes of a page after a garbage collection. */
export async function memoryOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  await session.detach();
  const valueOf = (name) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return { heap: valueOf('JSHeapUsedSize') / 2 ** 20, nodes: valueOf('Nodes') };
}

/**
 * Makes a page note when it has painted what it shows.
 * @param selector the element that shows it
 * @param pattern what to note of its text; texts are noted once
 * @returns a function that returns the times since 1970 by text, in milliseconds
 */
export async function notePaints(page, selector, pattern) {
  await page.evaluate(
    ([place, source]) => {
      const searched = new RegExp(source, 'g');
      const painted = (globalThis.painted = {});
      const found = new Set();
      const look = () => {
        const text = document.querySelector(place)?.textContent ?? '';
        const fresh = [...text.matchAll(searched)].map(([match]) => match).filter((match) => !found.has(match));
        for (const match of fresh) found.add(match);
        if (fresh.length === 0) return;
        // A message that is posted in a frame arrives after the frame is painted.
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => {
            for (const match of fresh) painted[match] = performance.timeOrigin + performance.now();
          });
          port1.start();
          port2.postMessage(undefined);
        });
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    },
    [selector, pattern.source],
  );
  return () => page.evaluate(() => globalThis.painted);
}
