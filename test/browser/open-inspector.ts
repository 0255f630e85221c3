import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { loadCapability } from '../../src/capability/load.js';
import type { Settings } from '../../src/app/settings.js';
import { startUnderstudy, type Parts, type RunningUnderstudy } from '../../src/app/create-understudy.js';
import { findChromium, flags } from './chromium.js';

const capability = loadCapability();
export const ACCOUNT = 'AC00000000000000000000000000000000';
export const SERVICE = 'IS5e0000000000000000000000000000d1';
export const CONVERSATION = 'CH5e0000000000000000000000000000e1';

export interface Inspection {
  readonly understudy: RunningUnderstudy;
  readonly page: Page;
  /** What went wrong in the page: errors, refusals by its security policy. */
  readonly complaints: string[];
  /** Every address that the page asked for. */
  readonly asked: string[];
  /** Opens a place such as `conversations/CH…`. */
  readonly open: (place?: string) => Promise<void>;
  /** Calls Twilio as an app would. */
  readonly call: (operation: string, input: object) => Promise<Record<string, unknown>>;
}

let browser: Browser;

/** One browser for all tests of a file. To be called at its top. */
export function useBrowser(): void {
  beforeAll(async () => {
    const executablePath = findChromium();
    browser = await chromium.launch({ args: flags, ...(executablePath === undefined ? {} : { executablePath }) });
  });
  afterAll(() => browser.close());
}

export interface Looks {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
}

/** An understudy with the support desk, and its inspector in a browser. Both are closed when the test ends. */
export async function inspect(
  settings: Partial<Settings> = {},
  { width = 1280, height = 800, dark = false }: Looks = {},
  parts: Parts = {},
): Promise<Inspection> {
  const understudy = await startUnderstudy(
    { restPort: 0, mcpPort: 0, seed: 'support-desk', rngSeed: 'test', logLevel: 'silent', ...settings },
    { capability, ...parts },
  );
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
    reducedMotion: 'reduce',
  });
  onTestFinished(async () => {
    await context.close();
    await understudy.close();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (said) => {
    if (said.type() === 'error') complaints.push(said.text());
  });
  page.on('request', (request) => asked.push(request.url()));
  return {
    understudy,
    page,
    complaints,
    asked,
    async open(place = '') {
      await page.goto(`${understudy.restUrl}/__understudy/#/${place}`);
    },
    async call(operation, input) {
      const { result } = await understudy.engine.call(operation, { ...input }, caller(understudy.restUrl));
      return (result.body?.value ?? {}) as Record<string, unknown>;
    },
  };
}

const caller = (origin: string) => ({ surface: 'engine', account: ACCOUNT, origin }) as const;

/** What `createserviceconversationmessage` is given. */
export function message(body: object): object {
  return { ChatServiceSid: SERVICE, ConversationSid: CONVERSATION, body };
}
