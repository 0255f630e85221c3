/** What every contract run needs: the scenarios that were chosen, the sides by their names, and the run itself. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { type Cassette, readCassette } from '../../backends/cassette/format.js';
import type { Capability } from '../../capability/load.js';
import type { ContractSettings } from './options.js';
import { publishedOf } from './published.js';
import { limitedSide, type SideOptions, simulateSide, understudySide, urlSide } from './sides.js';
import type { KnownDrift } from '../../contract/model/known-drift.js';
import { createProgress } from '../../contract/reports/progress.js';
import { readScenarios } from '../../contract/model/scenario-file.js';
import type { Scenario } from '../../contract/model/scenario.js';
import { scenarios as shipped } from '../../contract/scenarios/index.js';
import { runSuite, type SuiteReport } from '../../contract/run/run-suite.js';
import type { Prerequisites, Published, Side } from '../../contract/model/target.js';
import { type Budget, createBudget } from '../../contract/targets/limited.js';
import { UnderstudyError } from '../../core/errors.js';
import { isLoopback } from '../../util/loopback.js';

/** What a run needs beside its sides. */
export interface Stage {
  readonly capability: Capability;
  readonly published: Published;
  readonly scenarios: readonly Scenario[];
}

/** Reads what was chosen. @throws UnderstudyError when a name means nothing. */
export function prepare(settings: ContractSettings, capability: Capability): Stage {
  const published = publishedOf(capability);
  const own = settings.scenarios === undefined ? [] : readScenarios(settings.scenarios, published);
  return { capability, published, scenarios: chosen([...shipped, ...own], settings.only) };
}

function chosen(all: readonly Scenario[], only: readonly string[] | undefined): readonly Scenario[] {
  const names = all.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw badOption(`two scenarios are called \`${twice}\`: rename one`);
  if (only === undefined) return all;
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw badOption(`--only names \`${unknown}\`, which is no scenario. Did you mean \`${closest(unknown, names)}\`?`);
  }
  return all.filter(({ name }) => only.includes(name));
}

/** Plays the scenarios on both sides, to the end or to the deadline, and lets the sides go. */
export async function play(
  left: Side,
  right: Side | undefined,
  { parallel, patience: timeoutMs, deadline, colours }: ContractSettings,
  { scenarios, published }: Stage,
  stop: AbortSignal,
  known: readonly KnownDrift[] = [],
): Promise<SuiteReport> {
  const ended = new AbortController();
  const timer = setTimeout(() => ended.abort(new Error(`the deadline of ${deadline / 1000} s has passed`)), deadline);
  const signal = AbortSignal.any([stop, ended.signal]);
  const progress = createProgress({ total: scenarios.length, live: process.stderr.isTTY, colours, say });
  try {
    return await runSuite({ scenarios, left, right, published, parallel, timeoutMs, signal, known, ...progress });
  } finally {
    clearTimeout(timer);
    await Promise.all([left.close(), right?.close()]);
  }
}

/** A side by its name: a mode of an understudy, or a URL. */
export function sideOf(name: string, settings: ContractSettings, { capability, published }: Stage): Side {
  const { surface, upstream } = settings;
  const options: SideOptions = { capability, published, surface, prerequisites: provisionsOf(settings) };
  switch (name) {
    case 'simulate':
      return simulateSide(options);
    case 'live': {
      const settingsFor = () => ({ mode: 'live' as const, ...liveSettings(settings) });
      return limitedSide(
        understudySide({ ...options, name, kind: 'live', settingsFor, shownAs: upstream ?? capability.baseUri }),
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
  if (!hasCassettes(cassettes))
    throw badOption(`there are no recordings in ${cassettes}: make them with understudy record`);
  const files = readdirSync(cassettes).filter(isCassette);
  const [oldest] = files
    .map((file) => readCassette(join(cassettes, file)))
    .sort((a, b) => (a.recorded < b.recorded ? -1 : 1));
  return understudySide({
    ...options,
    name: 'replay',
    kind: 'replay',
    recorded: oldest && datedAs(oldest),
    settingsFor: (scenario) => {
      const cassette = join(cassettes, `${scenario}.json`);
      return existsSync(cassette) ? { mode: 'replay', cassette, maxAge } : undefined;
    },
  });
}

/** A server of this machine is asked as fast as it answers. */
export function budgetOf({ requests, rate, upstream = '' }: ContractSettings): Budget {
  const isHere = URL.canParse(upstream) && isLoopback(new URL(upstream).hostname);
  return createBudget({ requests, rate: isHere ? Infinity : rate });
}

/** What live mode needs to know. */
export function liveSettings({ credentials, upstream, edge, region, secrets }: ContractSettings) {
  return { credentials, upstream, edge, region, secrets };
}

/** A recording that Twilio did not make must not look like one. */
function datedAs({ recorded, madeBy }: Cassette): string {
  const day = recorded.slice(0, 10);
  return new URL(madeBy.upstream).hostname.endsWith('.twilio.com') ? day : `${day} from ${madeBy.upstream}, not Twilio`;
}

/** Credentials never travel in the clear, and a server of this machine without any gets the usual account. */
function credentialsFor(url: string, { credentials, defaultAccount }: ContractSettings) {
  if (!URL.canParse(url)) {
    const names = ['simulate', 'live', 'replay'];
    throw badOption(
      `\`${url}\` is no side: say simulate, live, replay, or a URL. Did you mean \`${closest(url, names)}\`?`,
    );
  }
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw badOption(`${url} would get credentials in the clear: use https (http is for this machine alone)`);
  }
  if (credentials !== undefined) return credentials;
  if (isLoopback(hostname)) return { user: defaultAccount, password: 'any' };
  throw badOption(`${url} needs credentials: set TWILIO_USER and TWILIO_PASS`);
}

/** What the flags bring along for steps that need it. */
export function provisionsOf({ address, proxyAddress, binding }: ContractSettings): Prerequisites {
  const phone = address === undefined || proxyAddress === undefined ? undefined : { address, proxyAddress };
  return { ...(phone && { phone }), ...(binding && { binding }) };
}

export function hasCassettes(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some(isCassette);
}

function isCassette(name: string): boolean {
  return name.endsWith('.json') && name !== 'verified.json';
}

/** Progress is not the result: it goes to stderr. */
export function say(text: string): void {
  process.stderr.write(text);
}

export function badOption(message: string): UnderstudyError {
  return new UnderstudyError('UNDERSTUDY_BAD_OPTION', message);
}
