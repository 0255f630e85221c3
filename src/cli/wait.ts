import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { UnderstudyError } from '../core/errors.js';
import type { CliCommand } from './command.js';
import { seconds } from './option-values.js';
import { probe } from './probe.js';
import { urlOption } from './url-option.js';

interface WaitSettings {
  readonly url: string;
  /** In milliseconds. */
  readonly timeout: number;
}

/** In milliseconds. */
const PAUSE = 100;

/** `understudy wait` */
export const wait: CliCommand<WaitSettings> = {
  name: 'wait',
  description: 'wait until an understudy is ready',
  helpGroup: 'Use a running understudy:',
  examples: [
    'understudy serve & understudy wait && npm test',
    'understudy wait --url http://127.0.0.1:9000 --timeout 10',
  ],
  configure(command) {
    command
      .addOption(urlOption())
      .addOption(new Option('--timeout <seconds>', 'how long to wait').argParser(seconds).default(60_000, '60'));
  },
  readSettings: (command) => command.opts<WaitSettings>(),
  async run({ url, timeout }) {
    const end = performance.now() + timeout;
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- each attempt follows the previous one
      const { problem } = await probe(url);
      if (problem === undefined) return 0;
      if (performance.now() > end) {
        throw new UnderstudyError(
          'UNDERSTUDY_UPSTREAM_TIMEOUT',
          `${url} was not ready within ${timeout / 1000} s: ${problem}. Set --url to the address of the server, or raise --timeout`,
        );
      }
      // oxlint-disable-next-line no-await-in-loop
      await sleep(PAUSE);
    }
  },
};
