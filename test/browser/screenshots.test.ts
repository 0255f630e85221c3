import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Json } from '../../src/core/json.js';
import { jsonReport } from '../../src/contract/reports/json.js';
import { runSuite } from '../../src/contract/run/run-suite.js';
import { role } from '../../src/contract/scenarios/role.js';
import { published, simulator, wrappedSimulator } from '../contract/helpers.js';
import { connectClient } from './connect-client.js';
import { CONVERSATION, messageInput, openInspector, SERVICE, useBrowser } from './open-inspector.js';
import { startWebhookEndpoint } from './webhook-endpoint.js';

useBrowser();

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/screenshots/${name}.png`, import.meta.url));
/** The report of a run in which one name differs. */
async function contractReport(): Promise<Json> {
  const right = wrappedSimulator((baseline) => ({
    async call(operation, input, signal) {
      const answer = await baseline.call(operation, input, signal);
      const body = answer.body as Record<string, Json> | null;
      if (body?.['friendly_name'] !== 'moderator') return answer;
      return { ...answer, body: { ...body, friendly_name: 'Moderator' } };
    },
  }));
  const suite = await runSuite({ scenarios: [role], left: simulator(), right: { ...right, name: 'live' }, published });
  return JSON.parse(jsonReport({ ...suite, started: '2026-03-02T09:30:00.000Z' })) as Json;
}

const screen = { width: 1200, height: 720 };
const phone = { width: 390, height: 720 };

// The documentation shows these files. `SCREENSHOTS=1 npm run test:browser` replaces them.
test.runIf(process.env['SCREENSHOTS'] === '1')('the screenshots of the documentation are replaced', async () => {
  const url = await startWebhookEndpoint((fields) =>
    fields.get('EventType') === 'onMessageAdd' && fields.get('Author') === 'ada'
      ? { body: { body: 'Your new lamp comes on Monday. — Ada' } }
      : {},
  );
  const inspector = await openInspector({ clock: '2026-03-02T09:30:00Z' }, screen);
  const { page, goTo, call, understudy } = inspector;
  const client = await connectClient(inspector, 'ada');
  await client.getConversationBySid(CONVERSATION);
  // Focus and pointer have no place in a picture.
  const shoot = async (name: string, height?: number): Promise<void> => {
    await page.evaluate('document.activeElement?.blur()');
    await page.mouse.move(0, 0);
    await page.waitForTimeout(500);
    const size = page.viewportSize() ?? screen;
    await page.screenshot({ path: fileOf(name), clip: { x: 0, y: 0, ...size, ...(height && { height }) } });
  };
  const filters = ['onMessageAdd', 'onMessageAdded'];
  const hooks = { PreWebhookUrl: url, PostWebhookUrl: url, Filters: filters, Method: 'POST' };
  await call('updateservicewebhookconfiguration', { ChatServiceSid: SERVICE, body: hooks });
  const { webhooks } = await call('listserviceconversationscopedwebhook', {
    ChatServiceSid: SERVICE,
    ConversationSid: CONVERSATION,
  });
  for (const { sid } of webhooks as { sid: string }[]) {
    const input = { ChatServiceSid: SERVICE, ConversationSid: CONVERSATION, Sid: sid };
    await call('deleteserviceconversationscopedwebhook', input);
  }
  await call('createserviceconversationmessage', {
    ...messageInput({ Author: 'ada', Body: 'New lamp: Monday.' }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
  await goTo(`conversations/${CONVERSATION}`);
  await page.getByLabel('Message as +15557770101').fill('Great, thank you!');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble').getByText('Great, thank you!').waitFor();
  await page.locator('.recent-webhooks').getByText('200').nth(1).waitFor();
  await page.getByTitle('Message details').nth(5).click();
  await page.getByRole('heading', { name: 'Message #5' }).waitFor();
  await shoot('inspector-chat');

  await page.emulateMedia({ colorScheme: 'dark' });
  await goTo('webhooks/1');
  await page.locator('ins').waitFor();
  await shoot('inspector-webhook');
  expect(await page.locator('ins').innerText()).toContain('on Monday');

  await page.emulateMedia({ colorScheme: 'light' });
  await goTo('threads/webhooks/1');
  await page.getByRole('row', { name: /^client ada message added/ }).waitFor();
  await shoot('inspector-thread', 440);

  await understudy.controls.run('contract.keep', undefined, { report: await contractReport() });
  await goTo('contract');
  await page.getByText('Whole responses').first().click();
  await shoot('inspector-contract');

  await page.emulateMedia({ colorScheme: 'dark' });
  for (let i = 0; i < 40; i += 1) {
    await call('fetchservice', { Sid: SERVICE });
    await call('listserviceconversationmessage', { ChatServiceSid: SERVICE, ConversationSid: CONVERSATION });
  }
  await goTo('charts');
  await page.getByRole('region', { name: 'Latency by operation' }).waitFor();
  await shoot('inspector-charts');

  await page.setViewportSize(phone);
  await page.emulateMedia({ colorScheme: 'dark' });
  await goTo(`conversations/${CONVERSATION}`);
  await page.locator('.bubble').getByText('Great, thank you!').waitFor();
  await shoot('inspector-phone');

  await page.emulateMedia({ colorScheme: 'light' });
  await goTo('requests?method=POST&operation=createserviceconversationmessage');
  await page.locator('a.entry').last().click();
  await page.getByRole('heading', { name: 'Thread' }).waitFor();
  await shoot('inspector-phone-request');
});
