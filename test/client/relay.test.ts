import { EventEmitter, getEventListeners, once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { Relay } from '../../src/surfaces/client/relay.js';

it('leaves nothing at the signal of a server after the connection has ended', async () => {
  const gone = new AbortController();
  const client = new EventEmitter();
  const out = { terminate: () => client.emit('end'), send: () => undefined } as never;
  const address = { rest: 'http://127.0.0.1:1', mcp: 'http://127.0.0.1:1' };
  const place = { server: 'one', address, gone: gone.signal };
  const request = { headers: {}, url: '/v3/wsconnect' } as never;
  const ended = once(client, 'end');
  const relay = new Relay({ hub: {} as never, out, request, account: 'AC1', place });
  onTestFinished(() => relay.close());
  await ended;
  expect(getEventListeners(gone.signal, 'abort')).toEqual([]);
});
