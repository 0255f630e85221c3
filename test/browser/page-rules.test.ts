import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { createEcho } from '../helpers/echo.js';
import { CONVERSATION, inspect, message, SERVICE, useBrowser, type Inspection } from './inspect.js';

useBrowser();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

interface Findings {
  readonly violations: readonly Finding[];
  readonly passes: readonly Finding[];
}

/** Faults that keep somebody from using the page. Run by the debugger: the page's policy lets no script in. */
async function faultsOf({ page }: Inspection): Promise<string[]> {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate<Findings>('axe.run()');
  expect(passes.length).toBeGreaterThan(10);
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const places = [
  'conversations',
  `conversations/${CONVERSATION}`,
  'requests/1',
  'webhooks/1',
  `services/${SERVICE}/users`,
  'faults',
  'worlds',
  'contract',
];

test.each([
  ['wide and light', { width: 1280, height: 800 }],
  ['wide and dark', { width: 1280, height: 800, dark: true }],
  ['narrow and light', { width: 390, height: 780 }],
  ['narrow and dark', { width: 390, height: 780, dark: true }],
])('%s, no place has a serious fault for whoever cannot see or point well', async (_, looks) => {
  const inspection = await inspect({ clock: 'manual' }, looks);
  const { page, open, call, complaints } = inspection;
  await call('createserviceconversationmessage', {
    ...message({ Author: 'ada', Body: 'hello', Nonsense: 1 }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
  for (const place of places) {
    await open(place);
    await page.locator('.main > *').first().waitFor();
    await page.waitForTimeout(300);
    expect(await faultsOf(inspection), `in ${place}`).toEqual([]);
    // Nothing makes the page itself scroll sideways.
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wide, `in ${place}`).toBeLessThanOrEqual(looks.width);
  }
  expect(complaints).toEqual([]);
});

test('the open clock, a message’s details and a question have no serious fault', async () => {
  const inspection = await inspect();
  const { page, open, call } = inspection;
  const { sid } = await call('createserviceconversationmessage', message({ Author: 'ada', Body: 'hello' }));
  await open(`conversations/${CONVERSATION}/${String(sid)}`);
  await page.getByRole('heading', { name: 'Receipts' }).waitFor();
  expect(await faultsOf(inspection)).toEqual([]);
  await page.locator('.clock summary').click();
  expect(await faultsOf(inspection)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  expect(await faultsOf(inspection)).toEqual([]);
});

test('nothing is asked of any other machine, and everything lies under /__understudy/', async () => {
  const { page, open, asked, understudy } = await inspect();
  for (const place of places) {
    await open(place);
    await page.locator('.main > *').first().waitFor();
  }
  const elsewhere = asked.filter((url) => !url.startsWith(`${understudy.restUrl}/__understudy/`));
  expect(elsewhere).toEqual([]);
  expect(asked.length).toBeGreaterThan(10);
});

test('a script that found its way into the page would not run', async () => {
  const { page, open, complaints } = await inspect();
  await open();
  const run = `(() => {
    const script = document.createElement('script');
    try { script.textContent = 'window.ran = true'; document.body.append(script); } catch { return 'refused'; }
    return String(window.ran);
  })()`;
  expect(await page.evaluate<string>(run)).toBe('refused');
  expect(complaints.join(' ')).toContain('TrustedScript');
});

test('the token is asked for, kept in the tab, and is in no address', async () => {
  const { page, open, asked } = await inspect({ token: 'a-secret-token' });
  await open(`conversations/${CONVERSATION}`);
  const field = page.getByLabel('Token');
  await field.fill('wrong');
  await field.press('Enter');
  await page.getByText('That is not the token.').waitFor();
  await field.fill('a-secret-token');
  await field.press('Enter');
  await page.locator('.bubble').first().waitFor();
  await page.locator('.connection.open').waitFor();
  await page.reload();
  await page.locator('.bubble').first().waitFor();
  expect(asked.filter((url) => url.includes('a-secret-token'))).toEqual([]);
  expect(await page.evaluate<number>('localStorage.length + document.cookie.length')).toBe(0);
});

test('in live mode the page shows what passes, and writes nothing', async () => {
  const echo = createEcho();
  const { page, open, call, asked } = await inspect(
    { mode: 'live' },
    {},
    { createBackend: () => Promise.resolve(echo) },
  );
  await call('createservice', { body: { FriendlyName: 'in production' } });
  const calls = echo.calls.length;
  await open('requests');
  await page.locator('a.entry').click();
  await page.getByText('in production').first().waitFor();
  for (const place of ['conversations', 'webhooks', 'services', 'worlds']) {
    await open(place);
    await page.getByText('This understudy runs in live mode').waitFor();
  }
  for (const place of ['requests', 'faults', 'contract']) {
    await open(place);
    await page.locator('.main > *').first().waitFor();
    expect(await page.locator('.main button').count(), `what can be pressed in ${place}`).toBe(0);
  }
  expect(echo.calls.length).toBe(calls);
  expect(asked.filter((url) => /conversations\/|inbound|worlds\//.test(url.replace(/#.*/, '')))).toEqual([]);
});

test('when the server comes back, the page follows it again', async () => {
  const { page, open, understudy, call } = await inspect();
  await open(`conversations/${CONVERSATION}`);
  await page.locator('.connection.open').waitFor();
  understudy.http.server.closeAllConnections();
  await page.locator('.connection.lost').waitFor();
  await call('createserviceconversationmessage', message({ Body: 'said meanwhile' }));
  await page.locator('.bubble').getByText('said meanwhile').waitFor();
  await page.locator('.connection.open').waitFor();
  expect(await page.locator('.connection').getAttribute('title')).toContain('Live');
});
