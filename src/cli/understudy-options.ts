/** The flags of `serve` and `mcp`. */
import { type Command, Option } from 'commander';
import { defaultSettings, modeNames, type Settings } from '../app/settings.js';
import { badOption } from '../core/errors.js';
import { defaultLimits, type LiveLimits } from '../backends/live/limits.js';
import { syncPolicies } from '../backends/simulator/storage/sync-policy.js';
import { defaultTargets, type WebhookTargets } from '../backends/simulator/webhooks/targets.js';
import { readApiKeys } from './api-keys.js';
import { readEnvironment, readStateFolder, tracesRequested } from './environment.js';
import { flag, group, readToggle, toggle } from './flags.js';
import {
  age,
  atLeastOne,
  clock,
  count,
  databaseUrl,
  files,
  hosts,
  list,
  mebibytes,
  nonEmpty,
  origin,
  origins,
  seconds,
  secondsOrNone,
  secret,
  urlMap,
} from './option-values.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** The on-off settings. Each has the default of `defaultSettings`. */
const TOGGLES = [
  'strict',
  'checkAnswers',
  'passCredentials',
  'rewriteUrls',
  'readOnly',
  'passthrough',
  'dryRun',
  'scrub',
  'defaultService',
  'offline',
] as const satisfies readonly (keyof Settings)[];

const LIMITS = ['connections', 'queue', 'connectTimeout', 'answerTimeout', 'timeout', 'retries'] as const;

/** Options as commander returns them, where they differ from the settings. */
interface ParsedOptions extends Partial<Omit<Settings, 'apiKeys'>>, Partial<Pick<LiveLimits, (typeof LIMITS)[number]>> {
  /** A file. */
  readonly apiKeys?: string;
  readonly capability?: readonly string[];
  readonly clientOrigin?: readonly string[];
  readonly data?: string;
  readonly webhookAllow?: WebhookTargets['allow'];
  readonly webhookUrlMap?: WebhookTargets['map'];
  readonly webhookQueue?: number;
  readonly webhookMaxWait?: number;
}

export function understudyOptions(): Option[] {
  return [
    ...group('Callers:', callerOptions()),
    ...group('Simulator:', simulatorOptions()),
    ...group('Modes:', modeOptions()),
    ...group('Twilio (modes live and record):', twilioOptions()),
  ];
}

function callerOptions(): Option[] {
  return [
    flag('--auth-token <secret>', 'auth token that Twilio callers must use (default: any)', secret('auth-token')),
    flag('--api-keys <file>', 'accounts of API keys, and perhaps their secrets, in YAML or JSON', nonEmpty),
    flag(
      '--client-origin <origins>',
      'web origins from which client SDKs may connect, besides this machine; repeatable',
      origins,
    ),
    flag('--client-sdk <file>', "file of Twilio's client SDK for browsers, for chats in the inspector", nonEmpty),
    flag('--public-url <origin>', 'origin of this server in the URLs of its responses', origin),
    flag(
      '--mcp-tools <list>',
      'MCP tools to offer: services (default), account, all, read-only, or names separated by commas',
      nonEmpty,
    ),
    flag('--capability <files>', 'capability files to load instead of those of this package; repeatable', files),
    flag('--allow <operations>', 'operations that may be called, separated by commas (default: all)', list),
    toggle('--read-only', 'refuse every operation that writes'),
    toggle('--strict', 'refuse fields that an operation does not define, which Twilio ignores'),
    toggle('--check-answers', 'check responses against the published schemas (default)'),
    new Option('--no-check-answers', 'do not check responses'),
    flag(
      '--drain <seconds>',
      'time for requests in flight after a stop signal (default: 1.5; --store, live: 10)',
      seconds,
    ),
    flag(
      '--max-heap <MB>',
      'memory above which writes get 503 (default: 85 % of the limit of Node.js or of the container)',
      mebibytes,
    ),
    flag(
      '--lame-duck <seconds>',
      'time after a stop signal in which requests are answered but `ready` fails (default: 0; --store: 2; live: 5)',
      secondsOrNone,
    ),
    flag('--log-level <level>', 'minimum level of log lines on stderr')
      .choices(LOG_LEVELS)
      .default(defaultSettings.logLevel),
  ];
}

function simulatorOptions(): Option[] {
  return [
    flag('--seed <name|file>', 'initial state of every world', nonEmpty),
    flag('--data <file>', 'keep the worlds in this file', nonEmpty),
    flag('--store <url>', 'keep the worlds in this PostgreSQL database, which several servers may share', databaseUrl),
    flag(
      '--store-address <origin>',
      'with --store: where other servers reach this one (default: its address and --rest-port)',
      origin,
    ),
    flag('--sync <policy>', 'with --data: when changes are written to the disk, to survive a power loss')
      .choices([...syncPolicies])
      .default(defaultSettings.sync),
    toggle('--default-service', 'give each world a default service, which account-level paths act on (default)'),
    new Option('--no-default-service', 'give worlds no default service'),
    flag('--rng-seed <text>', 'make SIDs reproducible', nonEmpty),
    flag('--clock <clock>', 'real, manual, auto, or a fixed time such as 2026-01-01T00:00:00Z', clock),
    flag('--webhook-allow <hosts>', 'other hosts that webhooks may call, separated by commas', hosts),
    flag(
      '--webhook-queue <n>',
      `deliveries that may wait per conversation (default: ${defaultTargets.queue})`,
      atLeastOne,
    ),
    flag(
      '--webhook-max-wait <seconds>',
      `time that a delivery may wait ${defaultSeconds(defaultTargets.maxWait)}`,
      seconds,
    ),
    flag('--webhook-url-map <from=to>', 'send webhooks for FROM… to TO…, signed for FROM…; repeatable', urlMap),
  ];
}

function modeOptions(): Option[] {
  return [
    flag('--mode <mode>', 'backend that answers: the simulator, Twilio, or a recording')
      .choices([...modeNames])
      .default(defaultSettings.mode),
    flag('--cassette <file>', 'record: the file to write; replay: the file to read', nonEmpty),
    toggle('--scrub', 'record: replace bodies, names, addresses and identities'),
    flag('--max-age <age>', 'replay: refuse an older cassette, e.g. 30d or 12h', age),
    toggle('--rewrite-urls', 'make page URLs lead to this server, over REST with its own paths (default)'),
    new Option('--no-rewrite-urls', "leave Twilio's origin and paths in page URLs"),
  ];
}

function twilioOptions(): Option[] {
  const { connections, queue, connectTimeout, answerTimeout, timeout, retries } = defaultLimits;
  return [
    flag('--upstream <origin>', "origin to call instead of Twilio's, for all capability files", origin),
    toggle('--pass-credentials', 'send the credentials of Twilio callers instead of our own'),
    toggle('--passthrough', 'forward requests for paths that no capability file covers (default)'),
    new Option('--no-passthrough', 'refuse requests for paths that no capability file covers'),
    toggle('--dry-run', 'log what would be sent, and send nothing'),
    flag('--connections <n>', `open connections, at most (default: ${connections})`, atLeastOne),
    flag('--queue <n>', `requests that may wait for a connection (default: ${queue})`, count),
    flag('--connect-timeout <seconds>', `time to connect ${defaultSeconds(connectTimeout)}`, seconds),
    flag('--answer-timeout <seconds>', `time to wait for a response ${defaultSeconds(answerTimeout)}`, seconds),
    flag('--timeout <seconds>', `time for a whole call with its retries ${defaultSeconds(timeout)}`, seconds),
    flag('--retries <n>', `attempts after the first, where safe (default: ${retries})`, count),
  ];
}

function defaultSeconds(milliseconds: number): string {
  return `(default: ${milliseconds / 1000})`;
}

/** Reads the settings of an understudy from flags and environment. */
export function readUnderstudySettings(command: Command): Settings {
  const {
    apiKeys,
    capability,
    clientOrigin,
    data,
    webhookAllow: allow = [],
    webhookUrlMap: map = [],
    webhookQueue: queue = defaultTargets.queue,
    webhookMaxWait: maxWait = defaultTargets.maxWait,
    ...options
  } = command.opts<ParsedOptions>();
  if (data !== undefined && options.store !== undefined) {
    throw badOption('--data and --store exclude each other: worlds are kept either in a file or in a database');
  }
  const environment = readEnvironment();
  const secrets = [options.token, options.authToken, ...environment.secrets];
  return {
    ...defaultSettings,
    ...options,
    ...Object.fromEntries(TOGGLES.map((key) => [key, readToggle(command, key, defaultSettings[key])])),
    apiKeys: readApiKeys(apiKeys),
    dataFile: data,
    capabilityFiles: capability,
    clientOrigins: clientOrigin,
    webhooks: { allow, map, queue, maxWait },
    limits: readLimits(options),
    traces: tracesRequested(),
    stateFolder: readStateFolder(),
    ...environment,
    secrets: secrets.filter((secretText) => secretText !== undefined),
  };
}

function readLimits(options: ParsedOptions): Partial<LiveLimits> {
  return Object.fromEntries(LIMITS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])));
}
