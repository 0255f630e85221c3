/** Writes large data files with the lines that a server would write, but in seconds. */
import { createCipheriv, createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { createUnderstudy } from '../../dist/index.js';

const CONVERSATIONS = 1000;
const AUTHORS = 500;
const BODY = 'Hello, my lamp arrived broken. Shall I send it back, or will you send a new one? Order';
const CHUNK = 1024 * 1024;

/**
 * Writes a data file with messages in a thousand conversations, half of them in one.
 * @param logged how many of them are in the log, as if the server had been killed
 */
export async function writeLargeFile(file, { messages, logged = 0 }) {
  await createWorld(file);
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const [world] = document.worlds;
  const inDocument = messages - logged;
  const messageAt = createMessages(world);
  const total = Object.values(world.records).reduce((sum, list) => sum + list.length, inDocument);
  const [before, after] = readFileSync(file, 'utf8')
    .replace(/("sequence"): \d+/, `$1: ${world.sequence + inDocument}`)
    .replaceAll('"nextMessageIndex":0', `"nextMessageIndex":${inDocument}`)
    .replace(/ {2}"end": .*\n\}\n$/, '')
    .split('"messages": []');
  const hash = createHash('sha256');
  const output = createOutput(file, (text) => hash.update(text));
  output.write(`${before}"messages": [`);
  for (let i = 0; i < inDocument; i += 1) {
    output.write(`${i === 0 ? '' : ','}\n          ${JSON.stringify(messageAt(i))}`);
  }
  output.write(`\n        ]${after}`);
  output.flush();
  const sha256 = hash.copy().digest('hex');
  output.write(`  "end": ${JSON.stringify({ worlds: 1, records: total, sha256 })}\n}\n`);
  output.close();
  writeLog(`${file}.log`, document, sha256, logged, (i) => messageAt(inDocument + i));
}

async function createWorld(file) {
  const understudy = await createUnderstudy({ logLevel: 'silent', dataFile: file });
  const caller = { surface: 'engine', origin: 'http://127.0.0.1:8080' };
  const create = async (operation, input) => (await understudy.engine.call(operation, input, caller)).result.body.value;
  const { sid } = await create('createservice', { body: { FriendlyName: 'Large' } });
  for (let i = 0; i < CONVERSATIONS; i += 1) {
    await create('createserviceconversation', { ChatServiceSid: sid, body: { UniqueName: `conversation ${i}` } });
  }
  await understudy.close();
}

function createMessages({ sidKey, sequence, moment, records: { conversations } }) {
  const sidOf = createSids(sidKey);
  return (i) => {
    const { sid: conversationSid, serviceSid } = conversations[i % 2 === 0 ? 0 : i % CONVERSATIONS];
    const seq = sequence + 1 + i;
    const at = moment + i;
    const base = {
      sid: sidOf('IM', seq),
      seq,
      dateCreated: at,
      dateUpdated: at,
      serviceSid,
      conversationSid,
      index: i,
    };
    const text = {
      author: `user ${i % AUTHORS}`,
      participantSid: null,
      body: `${BODY} ${i}`,
      subject: null,
      attributes: '{}',
    };
    return { ...base, ...text, media: null, delivery: null, contentSid: null, contentVariables: null };
  };
}

/** SIDs as the server makes them. */
function createSids(key) {
  const secret = createHash('sha256').update(key).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ecb', secret, null).setAutoPadding(false);
  return (prefix, sequence) => {
    const block = Buffer.alloc(16);
    block.write(prefix, 'latin1');
    block.writeUIntBE(sequence, 10, 6);
    return prefix + cipher.update(block).toString('hex');
  };
}

/** Each logged message has what it changed in its conversation beside it, as a create has. */
function writeLog(file, { generation, worlds: [{ account }] }, sha256, count, messageAt) {
  let number = 0;
  const line = (json, seed = generation) => {
    const head = `${number} ${number}`;
    number += 1;
    return `${head} ${crc32(`${head} ${json}`, seed).toString(16).padStart(8, '0')} ${json}\n`;
  };
  const output = createOutput(file);
  output.write(line(JSON.stringify({ generation }), 0));
  output.write(line(JSON.stringify({ document: sha256 })));
  for (let i = 0; i < count; i += 1) {
    const message = messageAt(i);
    const activity = message.dateCreated;
    const changes = [
      ['messages', message],
      ['conversations', message.conversationSid, { activity, nextMessageIndex: message.index + 1 }],
    ];
    output.write(line(JSON.stringify({ account, sequence: message.seq, stamp: activity, moment: activity, changes })));
  }
  output.close();
}

function createOutput(path, onText = () => undefined) {
  writeFileSync(path, '');
  const file = openSync(path, 'w');
  let text = '';
  const flush = () => {
    writeSync(file, text);
    onText(text);
    text = '';
  };
  return {
    write(piece) {
      text += piece;
      if (text.length >= CHUNK) flush();
    },
    flush,
    close() {
      flush();
      closeSync(file);
    },
  };
}
