import { writeFileSync } from 'node:fs';
import type { CliCommand } from './command.js';
import { count, nonEmpty } from './option-values.js';
import { createProgressLine } from './progress-line.js';

export interface GenerateSettings {
  readonly conversations: number;
  /** Messages in each conversation. */
  readonly messages: number;
  readonly rngSeed: string;
  /** Undefined: stdout. */
  readonly out?: string | undefined;
}

/** `understudy seed generate` */
export const generate: CliCommand<GenerateSettings> = {
  name: 'seed generate',
  description: 'generate a seed with fake conversations; the same arguments give the same bytes',
  helpGroup: 'Files:',
  examples: ['understudy seed generate --conversations 100 --messages 20 --rng-seed demo --out demo.yaml'],
  configure(command) {
    command
      .requiredOption('--conversations <n>', 'number of conversations', count)
      .requiredOption('--messages <n>', 'number of messages in each', count)
      .requiredOption('--rng-seed <text>', 'seed of the random generator', nonEmpty)
      .option('--out <file>', 'file to write (default: stdout)', nonEmpty);
  },
  readSettings: (command) => command.opts<GenerateSettings>(),
  async run({ out, ...size }) {
    const { generateSeed } = await import('../backends/simulator/conversations/seed/generate.js');
    const progress = createProgressLine();
    const total = size.conversations.toLocaleString('en');
    const onProgress = (made: number): void => {
      progress.show(`generating: ${made.toLocaleString('en')} of ${total} conversations`);
    };
    let text: string;
    try {
      text = generateSeed({ ...size, onProgress });
    } finally {
      progress.clear();
    }
    if (out === undefined) process.stdout.write(text);
    else writeFileSync(out, text);
    return undefined;
  },
};
