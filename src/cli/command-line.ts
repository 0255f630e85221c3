import { Command, CommanderError, type Option } from 'commander';
import { badOption, UnderstudyError } from '../core/errors.js';
import { closeMatch } from '../util/did-you-mean.js';
import { packageVersion } from '../util/version.js';
import type { CliCommand } from './command.js';
import { applyConfigFile, configOption } from './config-file.js';

/** The command that a command line selects, with its settings. */
export interface ParsedCommandLine<Settings = unknown> {
  readonly command: CliCommand<Settings>;
  readonly settings: Settings;
}

/** Shown by `understudy --help`. */
const EXAMPLES = [
  'understudy serve --seed support-desk       # then open http://127.0.0.1:8080',
  'understudy exec -- node app.js             # your app, unchanged',
  'understudy tail                            # its requests and webhooks',
  'understudy control clock.advance by=PT24H',
];

/** Descriptions of the words that only group commands, as `seed` does in `seed generate`. */
const GROUPS: Readonly<Record<string, string>> = {
  ca: 'work with the local certificate authority of the proxy',
  capability: 'work with capability files',
  data: 'check and repair data files',
  seed: 'work with seeds',
};

/**
 * Parses a command line. Flags that are absent take their value from the environment.
 * @throws CommanderError for help, version and invalid flags
 * @throws UnderstudyError for an unknown command and for settings that contradict each other
 */
export function readCommandLine(args: readonly string[], commands: readonly CliCommand[]): ParsedCommandLine {
  let parsed: ParsedCommandLine | undefined;
  const program = quiet(new Command('understudy'))
    .description('An understudy for Twilio Conversations: simulates its operations, or forwards them to Twilio.')
    .version(packageVersion())
    .commandsGroup('Other:')
    // Flags after a command belong to it. `exec` needs this to leave the flags of its program alone.
    .enablePositionalOptions()
    .addHelpText('after', examplesText(EXAMPLES));
  for (const command of commands) {
    const configured = addCommand(program, command);
    configured.action(() => {
      // The default command receives every unknown command as an argument.
      const [word] = configured.args;
      if (command.isDefault && word !== undefined) throw unknownCommand(word, program);
      if (readsConfig(command)) applyConfigFile(configured, command.name, () => optionsOf(commands));
      parsed = { command, settings: command.readSettings(configured) };
    });
  }
  parse(program, args);
  if (parsed === undefined) throw badOption('no command was given: see --help');
  return parsed;
}

/** Parses the flags of one command. */
export function readSettings<Settings>(command: CliCommand<Settings>, args: readonly string[]): Settings {
  const parser = quiet(new Command(command.name));
  configure(command, parser);
  parse(parser, args);
  if (readsConfig(command)) applyConfigFile(parser, command.name, () => optionsOf([command]));
  return command.readSettings(parser);
}

function parse(program: Command, args: readonly string[]): void {
  try {
    program.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || !/unknown option '--port[=']/.test(error.message)) throw error;
    throw badOption(
      "there is no flag --port, because a server has two ports: --rest-port (Twilio's SDKs, REST, inspector) and --mcp-port (MCP)",
    );
  }
}

/** `init` must work whatever the file contains, and other commands read no flags that belong in it. */
function readsConfig({ name }: CliCommand): boolean {
  return name !== 'init' && !name.includes(' ');
}

function configure(command: CliCommand, target: Command): void {
  command.configure(target);
  if (readsConfig(command)) target.addOption(configOption());
}

/** The flags of each command that the config file may contain. */
function optionsOf(commands: readonly CliCommand[]): ReadonlyMap<string, readonly Option[]> {
  return new Map(
    commands.filter(readsConfig).map((command) => {
      const target = new Command();
      command.configure(target);
      return [command.name, target.options];
    }),
  );
}

function addCommand(program: Command, command: CliCommand): Command {
  const { name, description, helpGroup, isDefault = false } = command;
  const words = name.split(' ');
  const [group, last = name] = words.length === 1 ? [undefined, name] : words;
  const parent = group === undefined ? program : groupCommand(program, group).helpGroup(helpGroup);
  const added = quiet(parent.command(last, { isDefault })).description(description).helpGroup(helpGroup);
  if (isDefault) added.allowExcessArguments();
  if (command.examples !== undefined) added.addHelpText('after', examplesText(command.examples));
  configure(command, added);
  return added;
}

function examplesText(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function groupCommand(program: Command, name: string): Command {
  const existing = program.commands.find((command) => command.name() === name);
  return existing ?? quiet(program.command(name)).description(GROUPS[name] ?? '');
}

/** Makes commander throw its errors; `main.ts` prints them. */
function quiet(command: Command): Command {
  return command.exitOverride().configureOutput({ writeErr: () => undefined });
}

function unknownCommand(word: string, program: Command): UnderstudyError {
  const hint = closeMatch(
    word,
    program.commands.map((each) => each.name()),
  );
  return badOption(`there is no command ${JSON.stringify(word)}${hint === '' ? ': see --help' : `.${hint}`}`);
}
