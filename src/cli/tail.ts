import type { CliCommand } from './command.js';
import { flag } from './flags.js';
import { count, nonEmpty } from './option-values.js';
import type { TailSettings } from './follow-server.js';
import { urlOption } from './url-option.js';

/** `understudy tail` */
export const tail: CliCommand<TailSettings> = {
  name: 'tail',
  description: 'print the requests and webhooks of a running understudy as they happen',
  helpGroup: 'Use a running understudy:',
  examples: [
    'understudy tail --errors                        # only responses of 400 and above',
    'understudy tail --text "Hello" --surface twilio',
    'understudy tail --json | jq .status',
  ],
  configure(command) {
    command
      .addOption(urlOption())
      .addOption(
        flag(
          '--world <sid>',
          'only this account SID (default: all requests, and webhooks of the default account)',
          nonEmpty,
        ),
      )
      .addOption(flag('--token <secret>', 'token of the understudy', nonEmpty))
      .option('-n, --lines <n>', 'number of past requests to print first', count, 10)
      .option('--operation <name>', 'only requests of this operation', nonEmpty)
      .option('--surface <name>', 'only requests through this surface: rest, twilio, mcp', nonEmpty)
      .option('--status <code>', 'only requests with this HTTP status', count)
      .option('--text <text>', 'only requests whose input or response contains this text', nonEmpty)
      .option('--errors', 'only requests with a status of 400 or above, and webhooks that failed')
      .option('--no-webhooks', 'leave out webhooks')
      .option('--json', 'print one JSON object per line');
  },
  readSettings(command) {
    const { json = false, errors = false, ...rest } = command.opts<Partial<TailSettings>>();
    return { ...(rest as TailSettings), json, errors };
  },
  async run(settings) {
    const { followServer } = await import('./follow-server.js');
    const { styleFor } = await import('./style.js');
    // `tail | head` ends when its reader does.
    const controller = new AbortController();
    process.stdout.on('error', () => controller.abort());
    await followServer(settings, {
      style: styleFor(process.stdout),
      print: (line) => void process.stdout.write(`${line}\n`),
      warn: (line) => void process.stderr.write(`understudy: ${line}\n`),
      signal: controller.signal,
    });
    return 0;
  },
};
