import { describe, expect, it } from 'vitest';
import type { Overrides } from '../../src/app/understudy.js';
import { faultOf, SimulatedDisk } from '../crash/simulated-disk.js';
import { createClient, next, sdks } from './harness.js';
import { openServer, refusedInit, simulatorWith } from './server.js';
import { RawClient } from './socket.js';

/** A server whose disk can be full. */
async function openDisk(files = new SimulatedDisk()) {
  let isFull = false;
  files.faults = (operation) => (isFull && operation === 'write' ? faultOf('ENOSPC') : undefined);
  let isKilled = false;
  const createBackend: Overrides['createBackend'] = async (context) => {
    const simulator = await simulatorWith({ dataFile: '/data/worlds.json', storage: { files } })(context);
    // A process that was killed writes nothing more.
    return { ...simulator, close: () => (isKilled ? Promise.resolve() : simulator.close()) };
  };
  const server = await openServer({ createBackend });
  return {
    server,
    fill: (full: boolean) => void (isFull = full),
    users: async () => {
      const { users } = (await server.call('listuser', {})) as unknown as { users: { identity: string }[] };
      return users.map(({ identity }) => identity);
    },
    restart: () => {
      isKilled = true;
      return openDisk(files.afterKill());
    },
  };
}

describe('a full disk', () => {
  it('refuses a client whose user would be new, who can try again, and accepts one whose user is known', async () => {
    const { server, fill, users, restart } = await openDisk();
    await RawClient.connect(server, 'known');
    fill(true);
    await refusedInit(server, 'new', 990108);
    expect(await users()).toEqual(['known']);
    expect(await server.control('clients.list', {})).toMatchObject({ users: [{ identity: 'known' }] });
    await RawClient.connect(server, 'known');
    fill(false);
    await RawClient.connect(server, 'new');
    const { users: usersLater } = await restart();
    expect(await usersLater()).toEqual(['known', 'new']);
  });

  it('is an error that the SDK shows, and it connects again when there is room', async () => {
    const { server, fill } = await openDisk();
    fill(true);
    const sdk = await (sdks['3.0.1'] as NonNullable<(typeof sdks)[string]>)();
    const client = createClient(sdk, server, server.token('new'));
    expect(await next(client, 'connectionError')).toMatchObject({
      terminal: false,
      httpStatusCode: 503,
      errorCode: 990108,
    });
    fill(false);
    await expect.poll(() => client.connectionState).toBe('connected');
  });

  it('refuses to register a device or to remove one, and takes both back', async () => {
    const { server, fill, restart } = await openDisk();
    const alice = await RawClient.connect(server, 'alice');
    const register = (id: string) =>
      alice.http('POST', '/v1/registrations', {
        channel_type: 'fcm',
        message_types: [],
        data: { registration_id: id },
      });
    const { body } = await register('first');
    fill(true);
    expect(await register('second')).toMatchObject({ status: 503, body: { code: 990108 } });
    expect(await alice.http('DELETE', `/v1/registrations/${body['id'] as string}`)).toMatchObject({ status: 503 });
    const { default_chat_service_sid: ChatServiceSid } = await server.call('fetchconfiguration', {});
    fill(false);
    const { server: later } = await restart();
    const listed = await later.call('listservicebinding', { ChatServiceSid });
    expect(listed['bindings']).toMatchObject([{ endpoint: 'first' }]);
  });
});
