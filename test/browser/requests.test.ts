import { expect, test } from 'vitest';
import { CONVERSATION, messageInput, openInspector, SERVICE, soon, useBrowser } from './open-inspector.js';

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
