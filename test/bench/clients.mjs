import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { absolute, compared, figureOf, interleaved } from './figures.mjs';
import { residentOf, startOurs, usageOf } from './processes.mjs';

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

/** A server with conversations, each followed by a number of clients. */
async function openDesk(sizes) {
  const ours = await startOurs(['--no-check-answers'], {}, { flags: ['--max-semi-space-size=1'] });
  const { origin } = ours;
  const { sid: service } = await post(origin, 'services', { FriendlyName: 'bench' });
  const desks = [];
  for (const [i, size] of sizes.entries()) {
    const { sid: conversation } = await post(origin, `services/${service}/conversations`, {});
    const path = `services/${service}/conversations/${conversation}`;
    const identities = Array.from({ length: size }, (_, user) => `user-${i}-${user}`);
    for (const Identity of identities) await post(origin, `${path}/participants`, { Identity });
    desks.push({ conversation, path, identities, service });
  }
  return { ...ours, desks };
}

async function connectAll(origin, { identities, service, conversation }) {
  const sockets = [];
  for (let i = 0; i < identities.length; i += 50) {
    const batch = identities.slice(i, i + 50).map((identity) => connect(origin, { identity, service, conversation }));
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

async function measure(count) {
  const { child, origin, stop, desks } = await openDesk([count]);
  try {
    const before = await settledMemory(child);
    const sockets = await connectAll(origin, desks[0]);
    const memory = (await settledMemory(child)) - before;
    const times = [];
    for (let round = 0; round < 5; round += 1) {
      const text = `message ${randomUUID()}`;
      const all = Promise.all(sockets.map((socket) => received(socket, text)));
      const sent = performance.now();
      await post(origin, `${desks[0].path}/messages`, { Body: text });
      await all;
      times.push(performance.now() - sent);
    }
    for (const socket of sockets) socket.terminate();
    return { kilobytes: (memory * 1024) / count, times };
  } finally {
    await stop();
  }
}

/** What a message and a typing event cost the server, in microseconds of CPU time. */
async function costsOf({ child, origin, desks: [desk] }, sockets, count) {
  const [last] = sockets.slice(-1);
  const cost = async (send) => {
    const before = usageOf(child).cpu;
    for (let i = 0; i < count; i += 1) await send();
    return ((usageOf(child).cpu - before) * 1000) / count;
  };
  const message = await cost(async () => {
    const text = randomUUID();
    const arrived = received(last, text);
    await post(origin, `${desk.path}/messages`, { Body: text });
    await arrived;
  });
  const typing = await cost(async () => {
    const arrived = received(last, 'typing_indicator');
    const id = randomUUID();
    const request = { method: 'POST', path: '/Client/v2/Typing', headers: {} };
    sockets[0].send(frame({ id, method: 'message', http_request: request }, `ChannelSid=${desk.conversation}`));
    await arrived;
  });
  return { message, typing };
}

/** Whether the cost of a change depends on those who do not receive it. */
async function measureOthers(receivers, others, { rounds, messages }) {
  const [few, many] = [await openDesk([receivers]), await openDesk([receivers, others])];
  try {
    const [alone, among] = [await connectAll(few.origin, few.desks[0]), await connectAll(many.origin, many.desks[0])];
    const idle = await connectAll(many.origin, many.desks[1]);
    const results = await interleaved(
      { alone: () => costsOf(few, alone, messages), among: () => costsOf(many, among, messages) },
      rounds,
    );
    for (const socket of [...alone, ...among, ...idle]) socket.terminate();
    const names = { message: 'A message', typing: 'A typing event' };
    return Object.keys(names).map((kind) => {
      const title = `${names[kind]} to ${receivers} client SDKs, with ${others} others connected, relative to none`;
      return compared(title, results.among[kind], results.alone[kind], { unit: ' µs', atMost: 1.2 });
    });
  } finally {
    await few.stop();
    await many.stop();
  }
}

/** Clients of one conversation: how soon all of them have a message, and what each costs while it is idle. */
export async function measureClients({ clients, rounds }) {
  const { kilobytes, times } = await measure(clients);
  const name = `${clients} client SDKs in one conversation`;
  return [
    absolute(`${name}: time until all have a message`, figureOf(times), { unit: ' ms', atMost: 1000 }),
    absolute(`${name}: memory of one that is idle`, figureOf([kilobytes]), { unit: ' KB', atMost: 40 }),
    ...(await measureOthers(50, clients - 50, { rounds, messages: 200 })),
  ];
}
