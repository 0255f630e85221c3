import type { CliCommand } from './command.js';

export interface ValidateSettings {
  /** Undefined: the capability file of this package. */
  readonly file: string | undefined;
  readonly strict: boolean;
  readonly json: boolean;
}

/** `understudy capability validate` */
export const validate: CliCommand<ValidateSettings> = {
  name: 'capability validate',
  description: 'show how a capability file is interpreted, and its errors',
  helpGroup: 'Files:',
  examples: ['understudy capability validate', 'understudy capability validate my-capability.yaml --json'],
  configure(command) {
    command
      .argument('[file]', 'capability file (default: the one in this package)')
      .option('--strict', 'fail if the file needs interpretation')
      .option('--json', 'print JSON');
  },
  readSettings(command) {
    const { strict = false, json = false } = command.opts<Partial<ValidateSettings>>();
    return { file: command.args[0], strict, json };
  },
  async run({ file, ...options }) {
    const { validateCapability } = await import('../capability/validate.js');
    const { isSimulated } = await import('../backends/simulator/conversations/is-simulated.js');
    const { output, exitCode } = validateCapability(file, { ...options, isSimulated });
    process.stdout.write(output);
    process.exitCode = exitCode;
    return undefined;
  },
};
