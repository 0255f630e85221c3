import type { Command, Option } from 'commander';
import { defaultSettings } from '../app/settings.js';
import { withoutPasswords } from '../util/url-passwords.js';
import type { CliCommand } from './command.js';
import { configOrigin } from './config-file.js';
import { readEnvironment, usedCredentialVariables, variable } from './environment.js';
import { keyOf, readToggle, variableOf } from './flags.js';
import { age, databaseUrl, seconds } from './option-values.js';
import { serve } from './serve.js';

/** A flag of `serve`, as `understudy config` prints it. */
interface Row {
  readonly name: string;
  readonly value: string;
  /** Where the value comes from. */
  readonly origin: string;
}

interface ConfigSettings {
  readonly rows: readonly Row[];
  readonly json: boolean;
}

/** `understudy config` */
export const config: CliCommand<ConfigSettings> = {
  name: 'config',
  description: 'print the values of all flags of serve, and where they come from',
  helpGroup: 'Files:',
  examples: ['understudy config', 'understudy config --json --rest-port 9000'],
  configure(command) {
    serve.configure(command);
    command.option('--json', 'print JSON');
  },
  readSettings(command) {
    // Reports what `serve` would refuse.
    serve.readSettings(command);
    const { json = false } = command.opts<{ json?: boolean }>();
    return { rows: rowsOf(command), json };
  },
  run({ rows, json }) {
    process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : format(rows));
    return Promise.resolve(0);
  },
};

const SECRET = '[set]';
const HOUR = 3_600_000;

function rowsOf(command: Command): Row[] {
  const ofServe = command.options.filter((option) => option.name() !== 'json' && isFirst(command, option));
  const { defaultAccount } = readEnvironment();
  const [user] = usedCredentialVariables();
  return [
    ...ofServe.map((option) => ({
      name: keyOf(option),
      value: valueOf(command, option),
      origin: originOf(command, option),
    })),
    {
      name: 'account',
      value: defaultAccount,
      origin: defaultAccount === variable('TWILIO_ACCOUNT_SID') ? 'TWILIO_ACCOUNT_SID' : 'default',
    },
    { name: 'credentials', value: user === undefined ? '' : SECRET, origin: user ?? 'default' },
  ];
}

/** `--x` and `--no-x` are one row. */
function isFirst({ options }: Command, option: Option): boolean {
  return options.find((each) => keyOf(each) === keyOf(option)) === option;
}

function valueOf(command: Command, option: Option): string {
  const key = option.attributeName();
  if (!option.required) return String(readToggle(command, key, defaultOf(key) ?? false));
  const value: unknown = command.getOptionValue(key);
  if (value === undefined) return /\(default: (.+)\)/.exec(option.description)?.[1] ?? '';
  if (/(?:^|-)token$/.test(option.name())) return SECRET;
  if (option.parseArg === databaseUrl) return withoutPasswords(textOf(value));
  if (option.parseArg === seconds) return String(Number(value) / 1000);
  if (option.parseArg === age) return `${Number(value) / HOUR}h`;
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return textOf(value);
}

function defaultOf(key: string): boolean | undefined {
  const value: unknown = Object.entries(defaultSettings).find(([name]) => name === key)?.[1];
  return typeof value === 'boolean' ? value : undefined;
}

/** A URL map is two URLs. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { from, to } = value as { from?: string; to?: string };
  return `${from}=${to}`;
}

function originOf(command: Command, option: Option): string {
  const name = variableOf(keyOf(option));
  const source = command.getOptionValueSource(option.attributeName());
  if (source === 'cli') return 'flag';
  if (source === 'env' || (!option.required && variable(name) !== undefined)) return name;
  return configOrigin(command, option.attributeName()) ?? 'default';
}

function format(rows: readonly Row[]): string {
  const width = (pick: (row: Row) => string): number => Math.max(...rows.map((row) => pick(row).length));
  const [names, values] = [
    width(({ name }) => name),
    Math.min(
      60,
      width(({ value }) => value),
    ),
  ];
  return rows.map(({ name, value, origin }) => `${name.padEnd(names)}  ${value.padEnd(values)}  ${origin}\n`).join('');
}
