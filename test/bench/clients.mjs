import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { absolute, figureOf } from './figures.mjs';
import { residentOf, startOurs } from './processes.mjs';

const ACCOUNT = `AC${'0'.repeat(32)}`;
const KEY = `SK${'0'.repeat(32)}`;
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function tokenFor(identity, service) {
  const grants = { identity, chat: { service_sid: service } };
  const claims = { iss: KEY, sub: ACCOUNT, exp: Math.floor(Date.now() / 1000) + 3600, grants };
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', 'secret').update(signed).digest('base64url')}`;
}

function frame(header, payload = '') {
  const text = JSON.stringify({ ...header, payload_size: Buffer.byteLength(payload) });
  return Buffer.from(`TWILSOCK V3.0 ${Buffer.byteLength(text)}\r\n${text}\r\n${payload}`);
}

/** Calls an operation on the JSON surface. */
async function post(origin, path, body) {
  const response = await fetch(`${origin}/v1/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** A client that follows a conversation's messages, as the SDK does: it opens the list and subscribes to it. */
async function connect(origin, { identity, service, conversation }) {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/v3/wsconnect`);
  await once(socket, 'open');
  const request = (header, payload) => {
    const id = randomUUID();
    const reply = received(socket, id);
    socket.send(frame({ id, ...header }, payload));
    return reply;
  };
  const http = (method, path, body) =>
    request({ method: 'message', http_request: { method, path, headers: {} } }, body && JSON.stringify(body));
  await request({ method: 'init', token: tokenFor(identity, service) });
  for (const [kind, type] of [
    ['Lists', 'messages'],
    ['Documents', 'channel'],
    ['Maps', 'roster'],
  ]) {
    const opened = await http('GET', `/v3/${kind}/${conversation}.${type}`);
    const { sid, last_event_id } = JSON.parse(opened.slice(opened.lastIndexOf('\r\n') + 2));
    const requests = [{ object_sid: sid, object_type: kind.slice(0, -1).toLowerCase(), last_event_id }];
    await http('POST', '/v4/Subscriptions', { action: 'establish', correlation_id: 1, requests });
  }
  return socket;
}

/** Resolves with the first message that contains a text. Several messages can arrive at once. */
function received(socket, text) {
  return new Promise((resolve) => {
    const listen = (data) => {
      if (!data.includes(text)) return;
      socket.off('message', listen);
      resolve(data.toString());
    };
    socket.on('message', listen);
  });
}

async function settledMemory(child) {
  await wait(500);
  return residentOf(child);
}

async function measure(count) {
  const { child, origin, stop } = await startOurs(['--no-check-answers'], {}, { flags: ['--max-semi-space-size=1'] });
  try {
    const { sid: service } = await post(origin, 'services', { FriendlyName: 'bench' });
    const { sid: conversation } = await post(origin, `services/${service}/conversations`, {});
    const identities = Array.from({ length: count }, (_, i) => `user-${i}`);
    for (const Identity of identities) {
      await post(origin, `services/${service}/conversations/${conversation}/participants`, { Identity });
    }
    const before = await settledMemory(child);
    const sockets = [];
    for (let i = 0; i < count; i += 50) {
      const batch = identities.slice(i, i + 50).map((identity) => connect(origin, { identity, service, conversation }));
      sockets.push(...(await Promise.all(batch)));
    }
    const memory = (await settledMemory(child)) - before;
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      const text = `message ${randomUUID()}`;
      const all = Promise.all(sockets.map((socket) => received(socket, text)));
      const sent = performance.now();
      await post(origin, `services/${service}/conversations/${conversation}/messages`, { Body: text });
      await all;
      times.push(performance.now() - sent);
    }
    for (const socket of sockets) socket.terminate();
    return { kilobytes: (memory * 1024) / count, times };
  } finally {
    await stop();
  }
}

/** Clients of one conversation: how soon all of them have a message, and what each costs while it is idle. */
export async function measureClients({ clients }) {
  const { kilobytes, times } = await measure(clients);
  const name = `${clients} client SDKs in one conversation`;
  return [
    absolute(`${name}: time until all have a message`, figureOf(times), { unit: ' ms', atMost: 1000 }),
    absolute(`${name}: memory of one that is idle`, figureOf([kilobytes]), { unit: ' KB', atMost: 40 }),
  ];
}
