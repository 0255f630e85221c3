import { expect, test } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import { packageVersion } from '../../src/util/version.js';
import { start } from '../helpers/command.js';

test('mcp writes only protocol messages to stdout, and exits when stdin closes', async () => {
  const { process, finished, printed } = start(['mcp', '--log-level', 'trace']);
  const send = (message: object) => process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const clientInfo = { name: 'test', version: '1' };
  send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  send({ id: 2, method: 'tools/list', params: {} });
  await printed('"id":2');
  process.stdin.end();
  const { code, stdout } = await finished;
  const messages = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: number; result: { tools?: object[] } });
  expect(messages).toMatchObject([{ id: 1, result: { serverInfo: { version: packageVersion() } } }, { id: 2 }]);
  expect(messages[1]?.result.tools).toHaveLength(loadCapability().files[0].tools.length);
  expect(code).toBe(0);
});
