import { expect, onTestFinished, test } from 'vitest';
import { OtherServers } from '../../src/surfaces/replicas/other-servers.js';

test('a server that has just connected to the database again is asked once, and does not ask itself', async () => {
  const [own, other] = ['http://own.test', 'http://other.test'].map((rest) => ({ rest, mcp: rest }));
  const shared = { others: () => Promise.resolve([own, other, other].filter((each) => each !== undefined)) };
  const servers = new OtherServers({ shared, token: undefined, own: () => own });
  onTestFinished(() => servers.close());
  expect(await servers.list()).toEqual(['http://other.test']);
});
