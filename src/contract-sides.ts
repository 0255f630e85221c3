/** Makes the two sides that a contract compares: an understudy of this process in any mode, or whatever is at a URL. */
import { createHash } from 'node:crypto';
import type { Capability } from './capability/load.js';
import { engineTarget } from './contract/targets/engine.js';
import { httpTarget } from './contract/targets/http.js';
import { mcpTarget } from './contract/targets/mcp.js';
import type { Provisions, Published, Side, Target } from './contract/target.js';
import type { Credentials } from './operation.js';
import { startUnderstudy, type ClosableBackend, type RunningUnderstudy } from './understudy.js';

/** The ways to speak to a side. */
export const contractSurfaces = ['engine', 'rest', 'twilio', 'mcp'] as const;
export type ContractSurface = (typeof contractSurfaces)[number];

export interface SideOptions {
  readonly capability: Capability;
  readonly published: Published;
  readonly surface: ContractSurface;
  readonly provisions?: Provisions;
}

/** Numbers that are nobody's, for a side that calls nobody. */
const FICTIVE_PHONE = { address: '+12025550123', proxyAddress: '+12025550199' };

/** The device that the seed `contract` has. */
const SEEDED_BINDING = {
  service: 'IS00000000000000000000000000c0ffee',
  sid: 'BS00000000000000000000000000c0ffee',
};

/** The simulator, with a new world of its own for each scenario, each time. */
export function simulateSide(options: SideOptions): Side {
  let running: Promise<RunningUnderstudy> | undefined;
  let worlds = 0;
  return {
    name: 'simulate',
    kind: 'simulate',
    provisions: { phone: FICTIVE_PHONE, binding: SEEDED_BINDING, ...options.provisions },
    async open(scenario) {
      running ??= startUnderstudy(quiet({ seed: 'contract' }), { capability: options.capability });
      worlds += 1;
      return targetOf(await running, accountFor(`${scenario} ${worlds}`), options);
    },
    close: async () => (await running)?.close(),
  };
}

/** An understudy of this process whose answers come from a backend: live Twilio, a cassette. */
export function backendSide(
  options: SideOptions & {
    readonly name: string;
    readonly kind: Side['kind'];
    readonly recorded?: string | undefined;
    readonly account: string;
    /** Undefined: this side knows nothing of the scenario. */
    readonly backendFor: (scenario: string) => ClosableBackend | undefined;
  },
): Side {
  const running: RunningUnderstudy[] = [];
  const { name, kind, recorded, provisions = {} } = options;
  return {
    name,
    kind,
    recorded,
    provisions,
    async open(scenario) {
      const backend = options.backendFor(scenario);
      if (backend === undefined) return undefined;
      const parts = { capability: options.capability, createBackend: () => Promise.resolve(backend) };
      const understudy = await startUnderstudy(quiet({ checkAnswers: false }), parts);
      running.push(understudy);
      return targetOf(understudy, options.account, options);
    },
    close: async () => void (await Promise.all(running.map((each) => each.close()))),
  };
}

/** Whatever listens at a URL and speaks one of the surfaces. */
export function urlSide(options: SideOptions & { readonly url: string; readonly credentials: Credentials }): Side {
  const { url, surface, credentials, provisions = {} } = options;
  const opened: (() => Promise<void>)[] = [];
  return {
    name: url,
    kind: 'url',
    provisions,
    async open() {
      if (surface !== 'mcp')
        return httpSurface(url.replace(/\/+$/, ''), surface === 'engine' ? 'twilio' : surface, credentials, options);
      const target = await mcpSurface(url, authorization(credentials), options);
      opened.push(target.close);
      return target;
    },
    close: async () => void (await Promise.all(opened.map((close) => close()))),
  };
}

function quiet(settings: { seed?: string; checkAnswers?: boolean }) {
  return { restPort: 0, mcpPort: 0, logLevel: 'silent', ...settings };
}

/** So that scenarios of one process never meet, nor two runs of one. */
function accountFor(name: string): string {
  return `AC${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

async function targetOf(understudy: RunningUnderstudy, account: string, options: SideOptions): Promise<Target> {
  const { restUrl, mcpUrl } = understudy;
  const { surface } = options;
  if (surface === 'engine') return engineTarget(understudy.engine, { surface, account, origin: restUrl });
  if (surface === 'mcp') return mcpSurface(`${mcpUrl}/mcp`, { 'understudy-world': account }, options);
  return httpSurface(restUrl, surface, { user: account, password: 'any' }, options);
}

function httpSurface(
  origin: string,
  surface: 'rest' | 'twilio',
  credentials: Credentials,
  { capability }: SideOptions,
): Target {
  const places = new Map(capability.routes.map((route) => [route.operation.name, route]));
  return httpTarget({ origin, surface, credentials, places: surface === 'rest' ? places : undefined });
}

function mcpSurface(url: string, headers: Readonly<Record<string, string>>, { capability, published }: SideOptions) {
  const tools = new Map(capability.tools.map((tool) => [tool.operation.name, tool]));
  return mcpTarget({ url, tools, headers, status: published.status });
}

function authorization({ user, password }: Credentials): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
