/** A world of a given size in its own process. On request, it measures single engine calls. */
import { setTimeout } from 'node:timers/promises';
import { createUnderstudy } from '../../dist/index.js';
import { median } from './figures.mjs';

const { messages, others, memberships, calls } = JSON.parse(process.argv[2]);
const caller = { surface: 'engine', origin: 'http://127.0.0.1:8080' };
const { engine } = await createUnderstudy({ logLevel: 'silent' });

async function call(operation, input) {
  const { result } = await engine.call(operation, input, caller);
  if (result.status >= 300) throw new Error(`${operation} returned ${result.status} ${result.body?.text}`);
  return result.body;
}
const create = async (operation, input) => (await call(operation, input)).value;

const ChatServiceSid = (await create('createservice', { body: { FriendlyName: 'Scale' } })).sid;
const path = { ChatServiceSid };
const conversation = async () => ({
  ...path,
  ConversationSid: (await create('createserviceconversation', { ...path, body: {} })).sid,
});
const busiest = await conversation();
const Body = 'Hello, my lamp arrived broken. Shall I send it back, or will you send a new one?';
const write = () => call('createserviceconversationmessage', { ...busiest, body: { Body } });

let user = 0;
const register = () => call('createserviceuser', { ...path, body: { Identity: `user ${(user += 1)}` } });
const converse = () => call('createserviceconversation', { ...path, body: { FriendlyName: 'Another' } });
const join = async () =>
  call('createserviceconversationparticipant', { ...(await conversation()), body: { Identity: 'busy' } });

/** Resident memory once pending checks and garbage are gone, and V8 has returned the pages that are empty. */
async function resident() {
  await engine.settled();
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc();
    await setTimeout(200);
  }
  return process.memoryUsage().rss;
}

for (let i = 0; i < memberships; i += 1) await join();
const empty = await resident();
for (let i = user; i < others; i += 1) await register();
const withUsers = await resident();
for (let i = memberships; i < others; i += 1) await converse();
const withConversations = await resident();
for (let i = 0; i < 1000; i += 1) await write();
const before = await resident();
for (let i = 1000; i < messages; i += 1) await write();
/** Of each kind of record, in bytes. */
const memory = {
  message: messages > 1000 ? ((await resident()) - before) / (messages - 1000) : 0,
  user: (withUsers - empty) / others,
  conversation: (withConversations - withUsers) / (others - memberships),
};

/** The list calls to measure. */
const pages = {
  'list of messages, first page': ['listserviceconversationmessage', { ...busiest, PageSize: 50 }],
  'list of messages, page in the middle': [
    'listserviceconversationmessage',
    { ...busiest, PageSize: 50, Page: 1, PageToken: `PT${messages >> 1}` },
  ],
  'list of messages, Order=desc': ['listserviceconversationmessage', { ...busiest, PageSize: 50, Order: 'desc' }],
  'list of conversations, first page': ['listserviceconversation', { ...path, PageSize: 50 }],
  'list of users, first page': ['listserviceuser', { ...path, PageSize: 50 }],
  'conversations of one identity, first page': [
    'listserviceparticipantconversation',
    { ...path, Identity: 'busy', PageSize: 20 },
  ],
};

async function costOf(act) {
  const times = [];
  for (let i = 0; i < calls; i += 1) {
    const began = performance.now();
    await act();
    times.push((performance.now() - began) * 1000);
  }
  await engine.settled();
  return median(times);
}

async function measure() {
  const costs = { 'create a message': await costOf(write) };
  costs['create a conversation'] = await costOf(converse);
  costs['create a user'] = await costOf(register);
  for (const [what, [operation, input]] of Object.entries(pages))
    costs[what] = await costOf(() => call(operation, input));
  return costs;
}

await measure();
process.on('message', async (what) => process.send(what === 'measure' ? await measure() : memory));
process.send('ready');
