import { type Command, InvalidArgumentError, Option } from 'commander';
import { flag, toggle } from '../flags.js';
import { age, atLeastOne, list, nonEmpty, seconds } from '../option-values.js';
import type { Credentials } from '../../core/operation.js';

/** The formats in which a contract's report can be written. */
export const reportFormats = ['junit', 'json', 'html', 'sarif'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What `understudy contract` and `understudy record` are told by flags. */
export interface ContractFlags {
  /** `simulate`, `live`, `replay`, or a URL. */
  readonly left: string;
  /** Absent: the recordings that there are, else nothing. */
  readonly right?: string | undefined;
  readonly surface: 'engine' | 'rest' | 'twilio' | 'mcp';
  readonly only?: readonly string[] | undefined;
  readonly scenarios?: string | undefined;
  readonly parallel: number;
  /** Requests to Twilio or a URL, in all. */
  readonly requests: number;
  /** Requests to Twilio in a second. */
  readonly rate: number;
  /** Milliseconds for the whole run, and for one call. */
  readonly deadline: number;
  readonly patience: number;
  readonly report: Partial<Record<ReportFormat, string>>;
  readonly knownDrift?: string | undefined;
  readonly cassettes: string;
  readonly maxAge?: number | undefined;
  readonly scrub: boolean;
  readonly upstream?: string | undefined;
  readonly address?: string | undefined;
  readonly proxyAddress?: string | undefined;
  readonly binding?: { readonly service: string; readonly sid: string } | undefined;
}

/** The same, with what the environment says. */
export interface ContractSettings extends ContractFlags {
  readonly credentials: Credentials | undefined;
  readonly edge?: string | undefined;
  readonly region?: string | undefined;
  readonly defaultAccount: string;
  readonly secrets: readonly string[];
  readonly colours: boolean;
  /** Whether tests may ask Twilio. */
  readonly live: boolean;
  /** Where GitHub wants a job summary. */
  readonly summaryFile?: string | undefined;
}

/** Adds the flags of `understudy contract`. */
export function addContractOptions(command: Command): Command {
  return [
    flag('--left <side>', 'who is checked: simulate, live, replay, or a URL').default('simulate'),
    flag('--right <side>', 'what it is checked against; without it, the recordings that there are'),
    flag('--surface <name>', 'how both are spoken to').choices(['engine', 'rest', 'twilio', 'mcp']).default('twilio'),
    flag('--report <list>', 'reports to write: junit=FILE,json=FILE,html=FILE,sarif=FILE', reports).default({}, 'none'),
    flag('--known-drift <file>', 'differences that are accepted (default: fixtures/known-drift.yaml)', nonEmpty),
    flag('--max-age <age>', 'refuse recordings that are older, e.g. 30d or 12h', age),
    ...sharedOptions(),
  ].reduce((so, option) => so.addOption(option), command);
}

/** Adds the flags of `understudy record`. */
export function addRecordOptions(command: Command): Command {
  const options = [...sharedOptions(), toggle('--scrub', 'replace bodies, names, addresses and identities')];
  return options.reduce((so, option) => so.addOption(option), command);
}

function sharedOptions(): Option[] {
  return [
    flag('--only <names>', 'scenarios to play, with commas between', list),
    flag('--scenarios <path>', 'play the scenarios of this YAML file or folder too', nonEmpty),
    flag('--parallel <n>', 'scenarios at the same time', atLeastOne).default(4),
    flag('--requests <n>', 'requests to Twilio or a URL, in all', atLeastOne).default(5000),
    flag('--rate <n>', 'requests to Twilio in a second', atLeastOne).default(20),
    flag('--deadline <seconds>', 'for the whole run', seconds).default(600_000, '600'),
    flag('--patience <seconds>', 'for one call', seconds).default(30_000, '30'),
    flag('--cassettes <folder>', 'where the recordings are', nonEmpty).default('fixtures/cassettes'),
    flag('--upstream <origin>', "live: another address than Twilio's", nonEmpty),
    flag('--address <number>', 'live: the phone that test messages are really sent to', nonEmpty),
    flag('--proxy-address <number>', 'live: the Twilio number that they are sent from', nonEmpty),
    flag('--binding <service/binding>', 'live: a registered device, IS…/BS…; it will be removed', binding),
  ];
}

function reports(text: string): ContractFlags['report'] {
  const pairs = text.split(',').map((part) => part.split('=', 2));
  const known = (name = '') => (reportFormats as readonly string[]).includes(name);
  if (pairs.every(([name, file = '']) => known(name) && file !== '')) return Object.fromEntries(pairs) as never;
  throw new InvalidArgumentError(`It must be FORMAT=FILE with commas between; formats: ${reportFormats.join(', ')}.`);
}

function binding(text: string): ContractFlags['binding'] {
  const [, service = '', sid = ''] = /^(IS[0-9a-f]{32})\/(BS[0-9a-f]{32})$/.exec(text) ?? [];
  if (sid !== '') return { service, sid };
  throw new InvalidArgumentError('It must be IS…/BS…, both SIDs whole.');
}
