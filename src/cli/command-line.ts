import { Command, Option } from 'commander';
import type { WebhookTargets } from '../backends/simulator/webhooks/sender.js';
import { addControlOptions, addExecOptions, type ControlSettings, type ExecSettings } from './client-options.js';
import { addContractOptions, addRecordOptions, type ContractFlags, type ContractSettings } from './contract/options.js';
import { DEFAULT_ACCOUNT, defaultSettings, type Settings } from '../app/settings.js';
import { UnderstudyError } from '../core/errors.js';
import { flag, variableOf } from './flags.js';
import { asksForTraces, limitsOf, modeOptions, modeToggles } from './mode-options.js';
import { clock, count, host, hosts, nonEmpty, origin, port, secret, urlMap } from './option-values.js';
import { packageVersion } from '../util/version.js';

/** What a command line asks for. */
export type Task =
  | { readonly name: 'serve' | 'mcp'; readonly settings: Settings }
  | { readonly name: 'contract' | 'record'; readonly settings: ContractSettings }
  | { readonly name: 'control'; readonly settings: ControlSettings }
  | { readonly name: 'exec'; readonly settings: ExecSettings; readonly env: NodeJS.ProcessEnv }
  | { readonly name: 'validate'; readonly file: string | undefined; readonly strict: boolean; readonly json: boolean }
  | {
      readonly name: 'generate';
      readonly conversations: number;
      readonly messages: number;
      readonly rngSeed: string;
      readonly out: string | undefined;
    };

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/**
 * Reads a command line and the environment: the only place that does.
 * @throws CommanderError for help, version and everything that is wrong with a flag; UnderstudyError for what is
 * wrong with several together.
 */
export function readCommandLine(args: readonly string[]): Task {
  let task: Task | undefined;
  const choose = (chosen: Task) => void (task = chosen);
  const program = new Command('understudy')
    .description('An understudy for Twilio Conversations: the same operations, played without Twilio.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const add = (parent: Command, name: string) =>
    parent
      .command(name, { isDefault: name === 'serve' })
      .exitOverride()
      .configureOutput(program.configureOutput());

  const serve = add(program, 'serve').description('serve REST, Twilio and MCP callers (the default command)');
  for (const option of [...socketOptions(), ...behaviourOptions()]) serve.addOption(option);
  // Every word that is no command ends up here, as serving is what happens without one.
  serve.allowExcessArguments().action(() => {
    if (serve.args[0] !== undefined) throw unknownCommand(serve.args[0]);
    choose({ name: 'serve', settings: settingsOf(serve) });
  });

  const mcp = add(program, 'mcp').description('speak MCP on stdin and stdout');
  for (const option of behaviourOptions()) mcp.addOption(option);
  mcp.action(() => choose({ name: 'mcp', settings: settingsOf(mcp) }));

  const capability = add(program, 'capability').description('work with the capability file');
  const validate = add(capability, 'validate').description(
    'say how a capability file is read, and what is wrong with it',
  );
  validate.argument('[file]', 'the file; without one, the file that ships with this package');
  validate.option('--strict', 'fail when any reading was needed').option('--json', 'print JSON');
  validate.action((file: string | undefined, { strict = false, json = false }: { strict?: boolean; json?: boolean }) =>
    choose({ name: 'validate', file, strict, json }),
  );

  const seed = add(program, 'seed').description('work with seeds');
  const generate = add(seed, 'generate').description(
    'write a seed of made-up conversations; equal arguments, equal bytes',
  );
  generate.requiredOption('--conversations <n>', 'how many conversations', count);
  generate.requiredOption('--messages <m>', 'how many messages in each', count);
  generate.requiredOption('--rng-seed <text>', 'what the made-up values grow from', nonEmpty);
  generate.option('--out <file>', 'where to write; without it, stdout', nonEmpty);
  generate.action((options: { conversations: number; messages: number; rngSeed: string; out?: string }) =>
    choose({ name: 'generate', ...options, out: options.out }),
  );

  const contract = add(program, 'contract').description('compare two of simulator, Twilio, recordings and a URL');
  addContractOptions(contract).action(() => choose({ name: 'contract', settings: contractSettingsOf(contract) }));
  const record = add(program, 'record').description('play the scenarios against Twilio and keep its answers');
  addRecordOptions(record).action(() => choose({ name: 'record', settings: contractSettingsOf(record) }));

  const control = addControlOptions(add(program, 'control'));
  control.action((name: string | undefined, values: string[], options: ControlSettings) =>
    choose({ name: 'control', settings: { ...options, control: name, values } }),
  );
  // Without `--` before it, a program keeps its own flags.
  program.enablePositionalOptions();
  const exec = addExecOptions(add(program, 'exec'));
  exec.action((command: string[], options: ExecSettings) =>
    choose({ name: 'exec', settings: { ...options, command }, env: process.env }),
  );

  program.parse([...args], { from: 'user' });
  if (task === undefined) throw new UnderstudyError('UNDERSTUDY_BAD_OPTION', 'no command was given: see --help');
  return task;
}

function unknownCommand(word: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', `there is no command ${JSON.stringify(word)}: see --help`);
}

function socketOptions(): Option[] {
  return [
    flag('--host <address>', 'address to listen on', host).default(defaultSettings.host),
    flag('--rest-port <port>', 'port of REST and Twilio callers; 0: any free one (default: 8080)', port),
    flag('--mcp-port <port>', 'port of MCP callers; 0: any free one (default: 9090)', port),
    flag(
      '--token <secret>',
      'what every caller must show; needed when other machines can reach --host',
      secret('token'),
    ),
  ];
}

function behaviourOptions(): Option[] {
  return [
    flag(
      '--auth-token <secret>',
      "the auth token that Twilio's callers must use; without it, any will do",
      secret('auth-token'),
    ),
    flag('--public-url <origin>', 'origin of this server in the URLs that it answers', origin),
    flag('--seed <name|file>', 'what the worlds begin with', nonEmpty),
    flag('--data <file>', 'keep the worlds in this file', nonEmpty),
    flag('--rng-seed <text>', 'make SIDs repeatable', nonEmpty),
    flag('--clock <clock>', 'real, manual, auto, or a moment to stand still at: 2026-01-01T00:00:00Z', clock),
    flag('--webhook-allow <hosts>', 'other machines that webhooks may call, with commas between', hosts),
    flag(
      '--webhook-url-map <from=to>',
      'call TO where a webhook URL begins with FROM, which is signed; repeatable',
      urlMap,
    ),
    flag('--mcp-tools <list>', 'tools to offer: all, read-only, or names with commas between', nonEmpty),
    flag('--log-level <level>', 'how much to log, on stderr').choices(LEVELS).default(defaultSettings.logLevel),
    new Option('--strict', 'refuse fields that the operation does not know (env: UNDERSTUDY_STRICT)'),
    new Option('--check-answers', 'compare answers with their published shape (env: UNDERSTUDY_CHECK_ANSWERS)'),
    new Option('--no-check-answers', 'do not'),
    ...modeOptions(),
  ];
}

type GivenOptions = Partial<Settings> & {
  readonly data?: string;
  readonly webhookAllow?: WebhookTargets['allow'];
  readonly webhookUrlMap?: WebhookTargets['map'];
};

function settingsOf(command: Command): Settings {
  const { data, webhookAllow: allow = [], webhookUrlMap: map = [], ...options } = command.opts<GivenOptions>();
  const { TWILIO_EDGE: edge = '', TWILIO_REGION: region = '' } = process.env;
  const toggles = modeToggles.map(([key, name, otherwise]) => [key, yesOrNo(command, key, name, otherwise)]);
  return {
    ...defaultSettings,
    ...options,
    strict: yesOrNo(command, 'strict', 'strict', false),
    checkAnswers: yesOrNo(command, 'checkAnswers', 'check-answers', true),
    dataFile: data,
    webhooks: { allow, map },
    defaultAccount: accountIn(process.env),
    ...(Object.fromEntries(toggles) as Partial<Settings>),
    limits: limitsOf(options),
    traces: asksForTraces(process.env),
    edge: edge === '' ? undefined : edge,
    region: region === '' ? undefined : region,
    credentials: credentialsOf(process.env),
    secrets: secretsOf(process.env, options),
  };
}

function contractSettingsOf(command: Command): ContractSettings {
  const {
    NO_COLOR = '',
    GITHUB_STEP_SUMMARY: summary = '',
    TWILIO_EDGE: edge = '',
    TWILIO_REGION: region = '',
  } = process.env;
  return {
    ...command.opts<ContractFlags>(),
    scrub: command.name() === 'record' && yesOrNo(command, 'scrub', 'scrub', false),
    defaultAccount: accountIn(process.env),
    credentials: credentialsOf(process.env),
    edge: edge === '' ? undefined : edge,
    region: region === '' ? undefined : region,
    secrets: secretsOf(process.env, {}),
    colours: process.stdout.isTTY && NO_COLOR === '',
    live: process.env['UNDERSTUDY_LIVE'] === '1',
    summaryFile: summary === '' ? undefined : summary,
  };
}

/** Commander takes a variable of any value for a yes, `false` too. */
function yesOrNo(command: Command, key: string, name: string, otherwise: boolean): boolean {
  if (command.getOptionValueSource(key) === 'cli') return command.getOptionValue(key) === true;
  const variable = variableOf(name);
  const text = process.env[variable]?.toLowerCase() ?? '';
  if (text === '') return otherwise;
  if (['true', '1', 'yes', 'on'].includes(text)) return true;
  if (['false', '0', 'no', 'off'].includes(text)) return false;
  throw new UnderstudyError(
    'UNDERSTUDY_BAD_OPTION',
    `${variable} must be true or false, and is ${JSON.stringify(text)}`,
  );
}

/** Upstream credentials, from the environment alone: the first pair of which both are set. */
const UPSTREAM_PAIRS = [
  ['TWILIO_USER', 'TWILIO_PASS'],
  ['TWILIO_API_KEY', 'TWILIO_API_KEY_SECRET'],
  ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'],
] as const;

function accountIn({ TWILIO_ACCOUNT_SID: account = '' }: NodeJS.ProcessEnv): string {
  return /^AC[0-9a-fA-F]{32}$/.test(account) ? account : DEFAULT_ACCOUNT;
}

function credentialsOf(env: NodeJS.ProcessEnv): Settings['credentials'] {
  const pairs = UPSTREAM_PAIRS.map(([user, password]) => ({ user: env[user] ?? '', password: env[password] ?? '' }));
  return pairs.find(({ user, password }) => user !== '' && password !== '');
}

function secretsOf(env: NodeJS.ProcessEnv, { token, authToken }: Partial<Settings>): string[] {
  const given = [token, authToken, ...UPSTREAM_PAIRS.map(([, password]) => env[password])];
  return given.filter((each): each is string => each !== undefined && each !== '');
}
