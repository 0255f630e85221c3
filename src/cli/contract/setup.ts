/** What every contract run needs: the chosen scenarios, the sides by name, and the run itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cassette, readCassette } from '../../backends/cassette/format.js';
import type { Capability } from '../../capability/capability.js';
import type { KnownDrift } from '../../contract/model/known-drift.js';
import { readScenarios } from '../../contract/model/scenario-file.js';
import type { Scenario } from '../../contract/model/scenario.js';
import type { Prerequisites, Published, Side } from '../../contract/model/target.js';
import { SUFFIX } from '../../contract/model/unique-names.js';
import { createProgress } from '../../contract/reports/progress.js';
import { runSuite, type SuiteReport } from '../../contract/run/run-suite.js';
import { scenarios as packagedScenarios } from '../../contract/scenarios/index.js';
import { type Budget, createBudget } from '../../contract/targets/limited.js';
import { badOption } from '../../core/errors.js';
import type { Credentials } from '../../core/operation.js';
import { didYouMean } from '../../util/did-you-mean.js';
import { isLoopback } from '../../util/loopback.js';
import { isColored } from '../style.js';
import type { ContractSettings } from './options.js';
import { publishedOf } from './published.js';
import { limitedSide, type SideOptions, simulateSide, understudySide, urlSide } from './sides.js';

/** What a run needs besides its sides. */
export interface ContractSetup {
  readonly capability: Capability;
  readonly published: Published;
  readonly scenarios: readonly Scenario[];
}

/** Reads the chosen scenarios. @throws UnderstudyError for an unknown or duplicate name. */
export function prepareContract(settings: ContractSettings, capability: Capability): ContractSetup {
  const published = publishedOf(capability);
  const own = settings.scenarios === undefined ? [] : readScenarios(settings.scenarios, published);
  return { capability, published, scenarios: chooseScenarios([...packagedScenarios, ...own], settings.only) };
}

function chooseScenarios(all: readonly Scenario[], only: readonly string[] | undefined): readonly Scenario[] {
  const names = all.map(({ name }) => name);
  const duplicate = names.find((name, i) => names.indexOf(name) !== i);
  if (duplicate !== undefined) throw badOption(`two scenarios are named \`${duplicate}\`: rename one of them`);
  if (only === undefined) return all;
  const unknown = only.find((name) => !names.includes(name) && !names.map(baseName).includes(name));
  if (unknown !== undefined) {
    throw badOption(`--only: unknown scenario \`${unknown}\`.${didYouMean(unknown, names)}`);
  }
  return all.filter(({ name }) => only.includes(name) || only.includes(baseName(name)));
}

/** The name without the scope: it chooses the scenario in all its scopes. */
function baseName(name: string): string {
  return name.replace(/@.*/, '');
}

/** Runs the scenarios on both sides until they finish or the deadline has passed, and closes the sides. */
export async function runSides(
  left: Side,
  right: Side | undefined,
  { parallel, patience: timeoutMs, maxLatency: maxLatencyMs, deadline }: ContractSettings,
  { scenarios, published }: ContractSetup,
  stop: AbortSignal,
  known: readonly KnownDrift[] = [],
): Promise<SuiteReport> {
  const expired = new AbortController();
  const timer = setTimeout(() => {
    expired.abort(new Error(`the run exceeded its deadline of ${deadline / 1000} s: raise --deadline`));
  }, deadline);
  const signal = AbortSignal.any([stop, expired.signal]);
  const { isTTY: isTerminal, columns } = process.stderr;
  const colours = isColored(process.stderr);
  const progress = createProgress({ total: scenarios.length, isTerminal, columns, colours, write: writeProgress });
  try {
    const options = { scenarios, left, right, published, parallel, timeoutMs, maxLatencyMs, signal, known };
    return await runSuite({ ...options, ...progress });
  } finally {
    clearTimeout(timer);
    await Promise.all([left.close(), right?.close()]);
  }
}

/**
 * The two sides by name. The caller's device exists on one of them only: on the right one, unless that is the simulator,
 * which has a device of its own.
 */
export function sidesOf(
  { left, right }: { readonly left: string; readonly right: string | undefined },
  settings: ContractSettings,
  setup: ContractSetup,
): { readonly left: Side; readonly right: Side | undefined } {
  const hasDevice = right === undefined || right === 'simulate';
  return {
    left: sideOf(left, hasDevice ? settings : { ...settings, binding: undefined }, setup),
    right: right === undefined ? undefined : sideOf(right, settings, setup),
  };
}

/** The side with a given name: a mode of an understudy in this process, or a URL. */
function sideOf(name: string, settings: ContractSettings, { capability, published }: ContractSetup): Side {
  const { surface, upstream } = settings;
  const options: SideOptions = { capability, published, surface, prerequisites: prerequisitesOf(settings) };
  switch (name) {
    case 'simulate':
      return simulateSide(options);
    case 'live': {
      const live = liveSettings(settings);
      const settingsFor = () => ({ mode: 'live' as const, ...live });
      const displayOrigin = upstream ?? capability.files[0].baseUri;
      return limitedSide(
        understudySide({ ...options, name: liveName(settings), kind: 'live', settingsFor, displayOrigin }),
        budgetOf(settings),
      );
    }
    case 'replay':
      return replaySide(settings, options);
    default:
      return limitedSide(
        urlSide({ ...options, url: name, credentials: credentialsFor(name, settings) }),
        budgetOf({ ...settings, upstream: name }),
      );
  }
}

function replaySide({ cassettes, maxAge }: ContractSettings, options: SideOptions): Side {
  if (!hasCassettes(cassettes)) {
    throw badOption(`there are no recordings in ${cassettes}: create them with understudy record`);
  }
  const files = readdirSync(cassettes).filter(isCassette);
  const [oldest] = files
    .map((file) => readCassette(join(cassettes, file)))
    .sort((a, b) => (a.recorded < b.recorded ? -1 : 1));
  return understudySide({
    ...options,
    name: 'replay',
    kind: 'replay',
    recorded: oldest && recordingLabel(oldest),
    settingsFor: (scenario) => {
      const cassette = join(cassettes, `${scenario}.json`);
      return existsSync(cassette) ? { mode: 'replay', cassette, maxAge } : undefined;
    },
    suffixOf: (scenario) => SUFFIX.exec(readFileSync(join(cassettes, `${scenario}.json`), 'utf8'))?.[0],
  });
}

/** Requests to a loopback address are not slowed down. */
export function budgetOf({ requests, rate, retries, upstream = '' }: ContractSettings): Budget {
  const isLocal = URL.canParse(upstream) && isLoopback(new URL(upstream).hostname);
  return createBudget({ requests, rate: isLocal ? Infinity : rate, retries });
}

/** How reports call the live side. Another server than Twilio is named. */
export function liveName({ upstream }: Pick<ContractSettings, 'upstream'>): string {
  return upstream === undefined ? 'live' : `live at ${upstream}`;
}

/** The settings of live mode. @throws UnderstudyError without credentials, before a run and not in the middle of it */
export function liveSettings({ credentials, upstream, edge, region, secrets, retries }: ContractSettings) {
  if (credentials === undefined) {
    throw badOption(`${liveName({ upstream })} needs credentials: set TWILIO_USER and TWILIO_PASS`);
  }
  return { credentials, upstream, edge, region, secrets, limits: retries === undefined ? {} : { retries } };
}

/** The date of a recording. One that was not made with Twilio says so. */
function recordingLabel({ recorded, madeBy }: Cassette): string {
  const day = recorded.slice(0, 10);
  return new URL(madeBy.upstream).hostname.endsWith('.twilio.com') ? day : `${day} from ${madeBy.upstream}, not Twilio`;
}

/** Credentials are never sent in clear text to another machine. A loopback URL without credentials gets the default account. */
function credentialsFor(url: string, { credentials, defaultAccount }: ContractSettings): Credentials {
  if (!URL.canParse(url)) {
    const names = ['simulate', 'live', 'replay'];
    throw badOption(`\`${url}\` is not a side: use simulate, live, replay or a URL.${didYouMean(url, names)}`);
  }
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw badOption(`${url} would receive credentials in clear text: use https (http is allowed for loopback only)`);
  }
  if (credentials !== undefined) return credentials;
  if (isLoopback(hostname)) return { user: defaultAccount, password: 'any' };
  throw badOption(`${url} needs credentials: set TWILIO_USER and TWILIO_PASS`);
}

/** The prerequisites that the flags provide. */
export function prerequisitesOf({ address, proxyAddress, binding, accountSettings }: ContractSettings): Prerequisites {
  const phone = address === undefined || proxyAddress === undefined ? undefined : { address, proxyAddress };
  return { ...(phone && { phone }), ...(binding && { binding }), ...(accountSettings && { settings: {} }) };
}

export function hasCassettes(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some(isCassette);
}

function isCassette(name: string): boolean {
  return name.endsWith('.json') && name !== 'verified.json';
}

/** Progress goes to stderr, so that stdout contains only the result. */
export function writeProgress(text: string): void {
  process.stderr.write(text);
}
