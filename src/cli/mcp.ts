import type { Settings } from '../app/settings.js';
import type { CliCommand } from './command.js';
import { closeOnSignal } from './signals.js';
import { readUnderstudySettings, understudyOptions } from './understudy-options.js';

/** `understudy mcp`. Writes nothing but the protocol to stdout, and exits when stdin closes. */
export const mcp: CliCommand<Settings> = {
  name: 'mcp',
  description: 'serve MCP on stdin and stdout',
  helpGroup: 'Serve:',
  examples: ['understudy mcp', 'understudy mcp --seed support-desk --mcp-tools read-only'],
  configure(command) {
    for (const option of understudyOptions()) command.addOption(option);
  },
  readSettings: readUnderstudySettings,
  async run(settings) {
    const { createUnderstudy } = await import('../app/create-understudy.js');
    const { serveMcpStdio } = await import('../surfaces/mcp/stdio.js');
    const { loadMcpServers, capability, http, ...understudy } = await createUnderstudy(settings);
    const { serverFor } = await loadMcpServers();
    const stdio = serveMcpStdio({
      serverFor,
      origin: settings.publicUrl ?? capability.files[0].baseUri,
      log: http.log,
    });
    const close = async () => {
      await stdio.close();
      await understudy.close();
    };
    closeOnSignal(close);
    await stdio.closed;
    await close();
    return 0;
  },
};
