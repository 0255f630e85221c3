import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Credentials } from '../../core/operation.js';
import { flag, group, toggle } from '../flags.js';
import { age, atLeastOne, count, list, nonEmpty, seconds } from '../option-values.js';

/** The formats of a contract report. */
const reportFormats = ['junit', 'json', 'html', 'sarif'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** The flags of `understudy contract` and `understudy record`. */
export interface ContractFlags {
  /** `simulate`, `live`, `replay` or a URL. */
  readonly left: string;
  /** Default: the recordings in `cassettes`, if there are any. */
  readonly right?: string | undefined;
  readonly surface: 'engine' | 'rest' | 'twilio' | 'mcp';
  readonly only?: readonly string[] | undefined;
  readonly scenarios?: string | undefined;
  readonly parallel: number;
  /** Maximum number of requests to Twilio or a URL. */
  readonly requests: number;
  /** Maximum number of requests per second. */
  readonly rate: number;
  /** Maximum duration of the run, in milliseconds. */
  readonly deadline: number;
  /** Timeout of one call, in milliseconds. */
  readonly patience: number;
  /** A slower response is a difference; in milliseconds. */
  readonly maxLatency?: number | undefined;
  /** Attempts of live mode after a failed one. */
  readonly retries?: number | undefined;
  readonly report: Partial<Record<ReportFormat, string>>;
  readonly knownDrift?: string | undefined;
  readonly cassettes: string;
  /** Maximum age of recordings, in milliseconds. */
  readonly maxAge?: number | undefined;
  readonly scrub: boolean;
  readonly upstream?: string | undefined;
  readonly address?: string | undefined;
  readonly proxyAddress?: string | undefined;
  readonly binding?: { readonly service: string; readonly sid: string } | undefined;
  /** Whether a run may change the settings of the whole account for a moment. */
  readonly accountSettings: boolean;
  /** Print what a comparison tolerates, and compare nothing. */
  readonly explain?: boolean | undefined;
}

/** The flags, together with settings from the environment. */
export interface ContractSettings extends ContractFlags {
  readonly credentials: Credentials | undefined;
  readonly edge?: string | undefined;
  readonly region?: string | undefined;
  readonly defaultAccount: string;
  readonly secrets: readonly string[];
  readonly colours: boolean;
  /** Whether tests may send requests to Twilio. */
  readonly live: boolean;
  /** The file for GitHub's job summary. */
  readonly summaryFile?: string | undefined;
}

/** Adds the flags of `understudy contract`. */
export function addContractOptions(command: Command): Command {
  const sides = [
    flag('--left <side>', 'the side to check: simulate, live, replay or a URL').default('simulate'),
    flag('--right <side>', 'the side to compare with (default: replay, if there are recordings)'),
    flag('--surface <name>', 'how to call both sides').choices(['engine', 'rest', 'twilio', 'mcp']).default('twilio'),
    cassettes(),
    flag('--max-age <age>', 'reject older recordings, e.g. 30d or 12h', age),
  ];
  const results = [
    flag('--report <list>', 'reports to write: junit=FILE,json=FILE,html=FILE,sarif=FILE', reports).default({}, 'none'),
    flag('--known-drift <file>', 'list of accepted differences (default: fixtures/known-drift.yaml)', nonEmpty),
    flag('--max-latency <seconds>', 'report a slower response of the right side', seconds),
    new Option('--explain', 'print what a comparison tolerates on purpose and how to make it strict, then exit'),
  ];
  return addAll(command, [
    ...group('Sides:', sides),
    ...group('Scenarios:', scenarioOptions()),
    ...group('Results:', results),
    ...group('Limits:', limitOptions()),
    ...group('Twilio:', liveOptions()),
  ]);
}

/** Adds the flags of `understudy record`. */
export function addRecordOptions(command: Command): Command {
  const scrub = toggle('--scrub', 'replace message bodies, names, addresses and identities in the recordings');
  return addAll(command, [
    ...group('Scenarios:', scenarioOptions()),
    ...group('Recordings:', [cassettes(), scrub]),
    ...group('Limits:', limitOptions()),
    ...group('Twilio:', liveOptions()),
  ]);
}

function addAll(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

function cassettes(): Option {
  return flag('--cassettes <folder>', 'folder of the recordings', nonEmpty).default('fixtures/cassettes');
}

function scenarioOptions(): Option[] {
  return [
    flag('--only <names>', 'scenarios to run, separated by commas (default: all)', list),
    flag('--scenarios <path>', 'also run the scenarios in this YAML file or folder', nonEmpty),
  ];
}

function limitOptions(): Option[] {
  return [
    flag('--parallel <n>', 'number of scenarios to run at the same time', atLeastOne).default(4),
    flag('--requests <n>', 'maximum number of requests to Twilio or a URL', atLeastOne).default(5000),
    flag('--rate <n>', 'maximum number of requests per second to Twilio or a URL', atLeastOne).default(20),
    flag('--deadline <seconds>', 'maximum duration of the run', seconds).default(600_000, '600'),
    flag('--patience <seconds>', 'timeout of one call', seconds).default(30_000, '30'),
    flag(
      '--retries <n>',
      'how often a failed request is repeated (default: 3 in live mode, and 4 after status 429)',
      count,
    ),
  ];
}

function liveOptions(): Option[] {
  return [
    flag('--upstream <origin>', "live: origin to use instead of Twilio's", nonEmpty),
    flag('--address <number>', 'live: phone number that receives real test messages', nonEmpty),
    flag('--proxy-address <number>', 'live: Twilio number that sends them', nonEmpty),
    flag('--binding <service/binding>', 'live: a registered device, IS…/BS…; the run deletes it', binding),
    toggle('--account-settings', "live: change the account's timers and webhooks for a moment, and restore them"),
  ];
}

function reports(text: string): ContractFlags['report'] {
  const pairs = text.split(',').map((part) => part.split('=', 2));
  const isFormat = (name = '') => (reportFormats as readonly string[]).includes(name);
  if (pairs.every(([name, file = '']) => isFormat(name) && file !== '')) return Object.fromEntries(pairs) as never;
  throw new InvalidArgumentError(
    `It must be a list of FORMAT=FILE, separated by commas. Formats: ${reportFormats.join(', ')}.`,
  );
}

function binding(text: string): ContractFlags['binding'] {
  const [, service = '', sid = ''] = /^(IS[0-9a-f]{32})\/(BS[0-9a-f]{32})$/.exec(text) ?? [];
  if (sid !== '') return { service, sid };
  throw new InvalidArgumentError('It must be IS…/BS…, with both SIDs in full.');
}
