/** Creates the sides of a contract run: an understudy in this process, in any mode, or a server at a URL. */
import { createHash } from 'node:crypto';
import type { Capability } from '../../capability/capability.js';
import { DEFAULT_ACCOUNT, type Settings } from '../../app/settings.js';
import { engineTarget } from '../../contract/targets/engine.js';
import { httpTarget } from '../../contract/targets/http.js';
import { type Budget, limitedTarget } from '../../contract/targets/limited.js';
import { findToolSet, mcpTarget } from '../../contract/targets/mcp.js';
import { timedTarget } from '../../contract/targets/timed.js';
import type { Prerequisites, Published, Side, Target } from '../../contract/model/target.js';
import type { Credentials } from '../../core/operation.js';
import { startUnderstudy } from '../../app/start-understudy.js';
import type { RunningUnderstudy } from '../../app/understudy.js';

/** The ways to call a side. */
export const contractSurfaces = ['engine', 'rest', 'twilio', 'mcp'] as const;
export type ContractSurface = (typeof contractSurfaces)[number];

export interface SideOptions {
  readonly capability: Capability;
  readonly published: Published;
  readonly surface: ContractSurface;
  readonly prerequisites?: Prerequisites;
}

/** Numbers reserved for fictional use, for the simulator, which sends no messages. */
const FICTIONAL_PHONE = { address: '+12025550123', proxyAddress: '+12025550199' };

/** The device in the seed `contract`. */
const SEEDED_BINDING = {
  service: 'IS00000000000000000000000000c0ffee',
  sid: 'BS00000000000000000000000000c0ffee',
};

/** The simulator, with a new world for each run of a scenario. */
export function simulateSide(options: SideOptions): Side {
  let worlds = 0;
  return understudySide({
    ...options,
    name: 'simulate',
    kind: 'simulate',
    // A caller's device does not exist here. Their phone numbers are as good as any others.
    prerequisites: { phone: FICTIONAL_PHONE, settings: {}, ...options.prerequisites, binding: SEEDED_BINDING },
    displayOrigin: `http://127.0.0.1:${options.capability.ports.rest}`,
    settingsFor: () => ({ seed: 'contract' }),
    accountFor: (scenario) => {
      worlds += 1;
      return `AC${createHash('sha256').update(`${scenario} ${worlds}`).digest('hex').slice(0, 32)}`;
    },
  });
}

/** An understudy in this process, in any mode. */
export function understudySide(
  options: SideOptions & {
    readonly name: string;
    readonly kind: Side['kind'];
    readonly recorded?: string | undefined;
    /** Scenarios with equal settings share an understudy. Undefined: this side cannot run the scenario. */
    readonly settingsFor: (scenario: string) => Partial<Settings> | undefined;
    readonly accountFor?: (scenario: string) => string;
    /** The origin in curl commands. */
    readonly displayOrigin?: string | undefined;
    readonly suffixOf?: Side['suffixOf'];
  },
): Side {
  const { name, kind, recorded, prerequisites = {}, accountFor = () => DEFAULT_ACCOUNT } = options;
  const running = new Map<string, Promise<RunningUnderstudy>>();
  return {
    name,
    kind,
    recorded,
    prerequisites,
    ...(options.suffixOf && { suffixOf: options.suffixOf }),
    async open(scenario) {
      const own = options.settingsFor(scenario);
      if (own === undefined) return undefined;
      const settings = { restPort: 0, mcpPort: 0, logLevel: 'silent', checkAnswers: false, rewriteUrls: false, ...own };
      const key = JSON.stringify(settings);
      const understudy = running.get(key) ?? startUnderstudy(settings, { capability: options.capability });
      running.set(key, understudy);
      return timedTarget(await targetOf(await understudy, accountFor(scenario), options));
    },
    async close() {
      const started = await Promise.allSettled(running.values());
      const understudies = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      await Promise.all(understudies.map((each) => each.close()));
    },
  };
}

/** A server at a URL that offers one of the surfaces. */
export function urlSide(options: SideOptions & { readonly url: string; readonly credentials: Credentials }): Side {
  const { url, surface, credentials, prerequisites = {} } = options;
  const headers = { authorization: basic(credentials) };
  /** The path with the right tools, found once. */
  let endpoint: Promise<string> | undefined;
  return {
    name: url,
    kind: 'url',
    prerequisites,
    async open() {
      const origin = url.replace(/\/+$/, '');
      if (surface !== 'mcp') {
        return timedTarget(httpSurface(origin, surface === 'engine' ? 'twilio' : surface, credentials, options));
      }
      endpoint ??= findToolSet({ url, tools: toolsOf(options), headers });
      return timedTarget(await mcpSurface(await endpoint, headers, options));
    },
    close: () => Promise.resolve(),
  };
}

/** A side with a request budget. */
export function limitedSide(side: Side, budget: Budget): Side {
  return {
    ...side,
    async open(scenario) {
      const target = await side.open(scenario);
      return target && limitedTarget(target, budget);
    },
  };
}

async function targetOf(
  understudy: RunningUnderstudy,
  account: string,
  options: SideOptions & { readonly displayOrigin?: string | undefined },
): Promise<Target> {
  const { restUrl, mcpUrl } = understudy;
  const { surface } = options;
  if (surface === 'engine') return engineTarget(understudy.engine, { surface, account, origin: restUrl });
  if (surface === 'mcp') return mcpSurface(`${mcpUrl}/mcp/all`, { 'understudy-world': account }, options);
  return httpSurface(restUrl, surface, { user: account, password: 'any' }, options);
}

function httpSurface(
  origin: string,
  surface: 'rest' | 'twilio',
  credentials: Credentials,
  { capability, displayOrigin }: SideOptions & { readonly displayOrigin?: string | undefined },
): Target {
  const routes = new Map(capability.routes.map((route) => [route.operation.name, route]));
  return httpTarget({ origin, surface, credentials, displayOrigin, routes: surface === 'rest' ? routes : undefined });
}

function mcpSurface(url: string, headers: Readonly<Record<string, string>>, options: SideOptions) {
  return mcpTarget({ url, tools: toolsOf(options), headers, status: options.published.status });
}

const toolsOf = ({ capability }: SideOptions) => new Map(capability.tools.map((tool) => [tool.operation.name, tool]));

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
