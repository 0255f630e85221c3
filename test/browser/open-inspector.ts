import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startUnderstudy } from '../../src/app/start-understudy.js';
import type { Overrides, RunningUnderstudy } from '../../src/app/understudy.js';
import type { Settings } from '../../src/app/settings.js';
import { loadCapability } from '../../src/capability/load.js';
import { findChromium, flags } from './chromium.js';

const capability = loadCapability();
export const ACCOUNT = 'AC00000000000000000000000000000000';
export const SERVICE = 'IS5e0000000000000000000000000000d1';
export const CONVERSATION = 'CH5e0000000000000000000000000000e1';

/** One path of each kind of view. */
export const views = [
  'conversations',
  `conversations/${CONVERSATION}`,
  'requests/1',
  'webhooks/1',
  `services/${SERVICE}/users`,
  `services/${SERVICE}/webhooks`,
  'services/account/addresses',
  'charts',
  'threads/requests/1',
  'faults',
  'worlds',
  'contract',
];

/** Polling options for `expect.poll`, in milliseconds. */
export const soon = { timeout: 5000, interval: 20 };

export interface Inspector {
  readonly understudy: RunningUnderstudy;
  readonly page: Page;
  /** Uncaught errors and messages logged as errors, including violations of the content security policy. */
  readonly pageErrors: string[];
  /** Every URL that the page has requested. */
  readonly requestedUrls: string[];
  /** Opens a path such as `conversations/CH…`. */
  readonly goTo: (path?: string) => Promise<void>;
  /** Calls an operation as an app would. */
  readonly call: (operation: string, input: object) => Promise<Record<string, unknown>>;
}

let browser: Browser;

/** Starts one browser for all tests of a file. Call it at the top of the file. */
export function useBrowser(): void {
  beforeAll(async () => {
    const executablePath = findChromium();
    browser = await chromium.launch({ args: flags, ...(executablePath === undefined ? {} : { executablePath }) });
  });
  afterAll(() => browser.close());
}

export interface Screen {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** Starts a server with the support-desk seed and opens a browser page for it. Both close when the test ends. */
export async function openInspector(
  settings: Partial<Settings> = {},
  { width = 1280, height = 800, dark = false }: Screen = {},
  parts: Overrides = {},
): Promise<Inspector> {
  const understudy = await startUnderstudy(
    { restPort: 0, mcpPort: 0, seed: 'support-desk', rngSeed: 'test', logLevel: 'silent', ...settings },
    { capability, ...parts },
  );
  onTestFinished(() => understudy.close());
  const page = await newPage({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const pageErrors: string[] = [];
  const requestedUrls: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  page.on('request', (request) => requestedUrls.push(request.url()));
  return {
    understudy,
    page,
    pageErrors,
    requestedUrls,
    async goTo(path = '') {
      await page.goto(`${understudy.restUrl}/__understudy/#/${path}`);
    },
    async call(operation, input) {
      const { result } = await understudy.engine.call(operation, { ...input }, callerOf(understudy.restUrl));
      return (result.body?.value ?? {}) as Record<string, unknown>;
    },
  };
}

/** Opens an empty page, which closes when the test ends. */
export async function newPage(options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  return page;
}

const callerOf = (origin: string) => ({ surface: 'engine', account: ACCOUNT, origin }) as const;

/** The input of `createserviceconversationmessage` for the first conversation of the seed. */
export function messageInput(body: object): object {
  return { ChatServiceSid: SERVICE, ConversationSid: CONVERSATION, body };
}
