import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { basic } from '../helpers/understudy.js';
import { ACCOUNT, CONVERSATION, messageInput, openInspector, SERVICE, soon, useBrowser } from './open-inspector.js';

useBrowser();

test('requests appear as they are made and can be filtered by outcome', async () => {
  const { page, goTo, call } = await openInspector();
  await goTo('requests');
  await page.getByText('No requests yet').waitFor();
  await call('createserviceconversationmessage', messageInput({ Body: 'hello', Nonsense: 'x' }));
  await call('fetchserviceconversation', { ChatServiceSid: SERVICE, Sid: 'CHnone' });
  await expect.poll(() => page.locator('a.entry').count(), soon).toBe(2);
  await page.getByLabel('Outcome').selectOption('refused');
  await expect.poll(() => page.locator('a.entry').count(), soon).toBe(1);
  expect(await page.locator('a.entry').innerText()).toContain('fetchserviceconversation');
  await page.getByLabel('Outcome').selectOption('ignored');
  await page.locator('a.entry').click();
  await page.getByRole('heading', { name: 'Ignored fields' }).waitFor();
  expect(page.url()).toContain('#/requests/1');
});

test('a request can be copied as curl, as an SDK call and as a scenario step', async () => {
  const { page, goTo, call, understudy } = await openInspector();
  await call('createserviceconversationmessage', messageInput({ Body: 'hello' }));
  await goTo('requests/1');
  const copy = async (what: string): Promise<string> => {
    await page.getByRole('button', { name: `Copy ${what}` }).click();
    await page
      .getByRole('status')
      .filter({ hasText: `Copied ${what}` })
      .waitFor();
    return page.evaluate<string>('navigator.clipboard.readText()');
  };
  expect(await copy('as curl')).toContain(`${understudy.restUrl}/v1/Services/${SERVICE}/Conversations/${CONVERSATION}`);
  expect(await copy('as SDK call')).toContain('.messages.create({');
  expect(await copy('as scenario step')).toContain('operation: createserviceconversationmessage');
});

test('filters are part of the address, and a link to it shows the same requests', async () => {
  const { page, goTo, call, understudy } = await openInspector();
  await call('fetchservice', { Sid: SERVICE });
  await call('fetchserviceconversation', { ChatServiceSid: SERVICE, Sid: 'CHnone' });
  await call('createservice', { body: { FriendlyName: 'Another' } });
  await goTo('requests');
  await page.getByText('3 requests').waitFor();
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByLabel('Error code').selectOption('20404');
  await page.getByText('1 of 3 requests').waitFor();
  await page.locator('a.entry').click();
  await page.getByRole('heading', { name: 'Error 20404' }).waitFor();
  const link = await page.getByRole('link', { name: 'Error 20404' }).getAttribute('href');
  expect(link).toBe('https://www.twilio.com/docs/errors/20404');
  const address = page.url();
  expect(address).toContain('requests/2?code=20404');
  await page.goto('about:blank');
  await page.goto(address);
  await page.getByText('1 of 3 requests').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByText('3 requests').waitFor();
  expect(page.url()).toBe(`${understudy.restUrl}/__understudy/#/requests/2`);
});

test('a request shows its headers, and why it fired no webhooks', async () => {
  const { page, goTo, understudy } = await openInspector();
  const send = (headers: Record<string, string>) =>
    fetch(`${understudy.restUrl}/v1/Services/${SERVICE}/Conversations/${CONVERSATION}/Messages`, {
      method: 'POST',
      headers: { ...basic(ACCOUNT), ...headers },
      body: new URLSearchParams({ Body: 'hello' }),
    });
  await send({});
  await send({ 'X-Twilio-Webhook-Enabled': 'true' });
  await goTo('requests/1');
  await page.getByText('this request fired no webhooks').waitFor();
  await page.getByText('Request headers').click();
  await page.getByRole('row', { name: 'authorization Basic [redacted]' }).waitFor();
  await page.getByText('Response headers').click();
  await page.getByRole('row', { name: 'twilio-request-id RQ' }).waitFor();
  await goTo('requests/2');
  await page.getByText('Request headers').click();
  await page.getByRole('row', { name: 'x-twilio-webhook-enabled true' }).waitFor();
  expect(await page.getByText('this request fired no webhooks').count()).toBe(0);
});

test('the filtered requests are saved as HAR and as a scenario', async () => {
  const { page, goTo, call } = await openInspector();
  await call('fetchservice', { Sid: SERVICE });
  await call('createserviceconversation', { ChatServiceSid: SERVICE, body: { FriendlyName: 'Saved' } });
  await goTo('requests?operation=createserviceconversation');
  await page.getByText('1 of 2 requests').waitFor();
  const save = async (name: string): Promise<string> => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    return readFileSync(await file.path(), 'utf8');
  };
  const har = JSON.parse(await save('HAR')) as { log: { entries: { request: { method: string } }[] } };
  expect(har.log.entries.map(({ request }) => request.method)).toEqual(['POST']);
  expect(await save('Scenario')).toContain('FriendlyName: Saved');
});

test('a request and a webhook name the fault rule that was applied to them', async () => {
  const { page, goTo, call, understudy } = await openInspector();
  await understudy.controls.run('faults.add', undefined, { operation: 'fetchservice', status: 503 });
  await understudy.controls.run('faults.add', undefined, { event: 'onMessageAdded', webhook: 'lose' });
  await call('fetchservice', { Sid: SERVICE });
  await call('createserviceconversationmessage', {
    ...messageInput({ Body: 'hello' }),
    'X-Twilio-Webhook-Enabled': 'true',
  });
  await goTo('requests/1');
  await page.getByRole('link', { name: 'fault rule 1' }).waitFor();
  await goTo('webhooks/1');
  await page.getByRole('link', { name: 'fault rule 2' }).waitFor();
  await page.getByRole('link', { name: 'request 2' }).click();
  await page.getByRole('heading', { name: 'createserviceconversationmessage' }).waitFor();
  await page.getByLabel('Outcome').selectOption({ label: 'Injected fault' });
  await page.getByText('1 of 2 requests').waitFor();
  expect(await page.locator('a.entry').innerText()).toContain('fault');
});
