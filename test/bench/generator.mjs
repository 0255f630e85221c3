/**
 * Sends requests and measures responses, in its own process so that it can be pinned to a core. It writes the same bytes
 * on kept-alive sockets and reads only what it needs of a response, so that it can keep a server busy: a general client
 * uses more processor time per request than the servers that are measured.
 *
 * Each message from the parent process is one run: `{ target, connections, count }` sends `count` requests, the next one on
 * each connection when the last was answered. `{ target, connections, rate, seconds }` sends one request at each moment that
 * is due, whether or not earlier ones were answered, and returns the response times from those moments on, so that a server
 * that stalls is charged for all requests that it delayed.
 */
import { connect } from 'node:net';
import { once } from 'node:events';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = '0\r\n\r\n';

/** One connection with at most one request in flight. */
class Connection {
  #request;
  #resolve;
  #reject;
  #chunks = [];
  #length = 0;
  /** Bytes of the response; undefined until its head has arrived, and Infinity if it is chunked. */
  #expected;
  isFree = true;

  constructor({ url, method = 'GET', headers = {}, body = '' }) {
    const { hostname, port, pathname, search, host } = new URL(url);
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) };
    const lines = Object.entries({ host, ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#request = Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
    this.name = `${method} ${url}`;
    this.socket = connect({ host: hostname, port, noDelay: true });
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.socket.on('close', () => this.#reject?.(new Error(`${this.name}: the connection was closed`)));
    this.socket.on('error', (error) => this.#reject?.(error));
  }

  /** Sends the request. @returns a promise that resolves when the whole response has arrived */
  send() {
    this.isFree = false;
    this.socket.write(this.#request);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  #read(chunk) {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#expected === undefined) this.#readHead();
    const isComplete =
      this.#expected === Infinity
        ? chunk.toString('latin1', chunk.length - LAST_CHUNK.length) === LAST_CHUNK
        : this.#length >= this.#expected;
    if (!isComplete) return;
    this.#chunks = [];
    this.#length = 0;
    this.#expected = undefined;
    this.isFree = true;
    this.#resolve();
  }

  #readHead() {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const end = this.#chunks[0].indexOf(HEAD_END);
    if (end === -1) return;
    const head = this.#chunks[0].toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 2')) this.#reject(new Error(`${this.name}: ${this.#chunks[0].toString()}`));
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    this.#expected = length === undefined ? Infinity : end + HEAD_END.length + Number(length);
  }
}

/** @returns the seconds that `count` requests took, without the time to connect */
async function sendAll(connections, count) {
  const began = performance.now();
  let left = count;
  const work = async (connection) => {
    while (left > 0) {
      left -= 1;
      await connection.send();
    }
  };
  await Promise.all(connections.map(work));
  return { count, seconds: (performance.now() - began) / 1000 };
}

const ascending = (one, other) => one - other;

/**
 * @returns the response times, and how late requests were sent because this process was busy, in milliseconds, sorted; and
 *   how many requests were answered per second
 */
async function sendEvenly(connections, rate, seconds) {
  const times = [];
  const delays = [];
  const responses = [];
  const waiting = [];
  const free = [...connections];
  const sendOn = async (connection, due) => {
    await connection.send();
    times.push(performance.now() - due);
    const next = waiting.shift();
    if (next === undefined) free.push(connection);
    else await sendOn(connection, next);
  };
  const began = performance.now();
  for (let i = 0; i < rate * seconds; i += 1) {
    const due = began + (i * 1000) / rate;
    await until(due);
    delays.push(performance.now() - due);
    const connection = free.pop();
    if (connection === undefined) waiting.push(due);
    else responses.push(sendOn(connection, due));
  }
  await Promise.all(responses);
  const reached = times.length / ((performance.now() - began) / 1000);
  return { times: times.sort(ascending), delays: delays.sort(ascending), reached };
}

/** A timer may be a millisecond late, so the last ones pass in turns of the event loop, in which responses are read. */
async function until(due) {
  const left = due - performance.now();
  if (left > 2) await new Promise((resolve) => setTimeout(resolve, left - 1.5));
  while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
}

process.on('message', async ({ target, connections: count, ...run }) => {
  const connections = Array.from({ length: count }, () => new Connection(target));
  try {
    await Promise.all(connections.map(({ socket }) => once(socket, 'connect')));
    const isEven = run.rate !== undefined;
    process.send(await (isEven ? sendEvenly(connections, run.rate, run.seconds) : sendAll(connections, run.count)));
  } catch (error) {
    process.send({ error: error.message });
  }
  for (const { socket } of connections) socket.destroy();
});
process.on('disconnect', () => process.exit());
process.send('ready');
