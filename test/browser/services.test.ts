import { expect, test } from 'vitest';
import { CONVERSATION, openInspector, SERVICE, soon, useBrowser, type Inspector } from './open-inspector.js';

useBrowser();

/** Creates a second service and makes it the default service. */
async function addDefaultService({ call }: Inspector): Promise<string> {
  const { sid } = await call('createservice', { body: { FriendlyName: 'Main' } });
  await call('updateconfiguration', { body: { DefaultChatServiceSid: sid } });
  return String(sid);
}

test('the default service is marked in the list and on its page', async () => {
  const inspector = await openInspector();
  const { page, goTo } = inspector;
  await goTo(`services/${SERVICE}`);
  await page.locator('h1').getByText('default service').waitFor();
  const sid = await addDefaultService(inspector);
  await page.locator('h1').getByText('default service').waitFor({ state: 'detached' });
  await goTo(`services/${sid}`);
  await page.locator('h1').getByText('default service').waitFor();
  const entry = page.locator('a.entry').filter({ hasText: 'Main' });
  await expect.poll(() => entry.innerText(), soon).toContain('default');
});

test('users are a table in Twilio’s field names, and are created, changed and deleted with forms', async () => {
  const { page, goTo, call } = await openInspector();
  await goTo(`services/${SERVICE}/users`);
  await page.getByRole('columnheader', { name: 'friendly_name' }).waitFor();
  await page.getByRole('button', { name: 'Create user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Identity').fill('margaret');
  await dialog.getByLabel('FriendlyName').fill('Margaret');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const row = page.getByRole('row').filter({ hasText: 'margaret' });
  await row.waitFor();
  await row.getByRole('button', { name: 'Edit' }).click();
  expect(await dialog.getByLabel('FriendlyName').inputValue()).toBe('Margaret');
  await dialog.getByLabel('FriendlyName').fill('Margaret H.');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Margaret H.').waitFor();
  const { users } = await call('listserviceuser', { ChatServiceSid: SERVICE });
  expect(users).toContainEqual(expect.objectContaining({ identity: 'margaret', friendly_name: 'Margaret H.' }));
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
});

test('a form shows Twilio’s refusal with a link to the documentation of its code', async () => {
  const { page, goTo } = await openInspector();
  await goTo(`services/${SERVICE}/users`);
  await page.getByRole('button', { name: 'Create user' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Identity').fill('ada');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await dialog.getByRole('alert').getByText('User already exists').waitFor();
  const link = dialog.getByRole('link', { name: 'Error 50201' });
  expect(await link.getAttribute('href')).toBe('https://www.twilio.com/docs/errors/50201');
});

test('the account’s address configurations and credentials are created with forms; secrets are not shown', async () => {
  const { page, goTo } = await openInspector();
  await goTo('services/account/addresses');
  await page.getByRole('button', { name: 'Create address configuration' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type (required)', { exact: true }).selectOption('sms');
  await dialog.getByLabel('Address (required)', { exact: true }).fill('+15550001111');
  await dialog.getByLabel('AutoCreation.Enabled').selectOption('true');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const row = page.getByRole('row').filter({ hasText: '+15550001111' });
  await row.getByText('true').waitFor();
  await row.getByRole('link').click();
  await page.getByRole('heading', { name: 'address configuration' }).waitFor();

  await goTo('services/account/credentials');
  await page.getByRole('button', { name: 'Create credential' }).click();
  await dialog.getByLabel('Type (required)').selectOption('fcm');
  await dialog.getByLabel('FriendlyName').fill('Push');
  await dialog.getByLabel('Secret').fill('a-push-secret');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('row').filter({ hasText: 'Push' }).getByRole('link').click();
  await page.getByRole('table', { name: 'credential' }).getByText('Push').waitFor();
  await page.getByText('Show as JSON').click();
  await page.getByRole('group', { name: 'credential' }).getByText('"Push"').waitFor();
  expect(await page.locator('body').innerText()).not.toContain('a-push-secret');
  await goTo('requests/2');
  await page.getByRole('heading', { name: 'createcredential' }).waitFor();
  expect(await page.locator('body').innerText()).not.toContain('a-push-secret');
});

test('webhooks are set for the account, a service and a conversation', async () => {
  const { page, goTo } = await openInspector();
  const dialog = page.getByRole('dialog');
  for (const path of ['services/account/webhooks', `services/${SERVICE}/webhooks`]) {
    await goTo(path);
    await page.getByRole('button', { name: 'Edit Webhooks' }).click();
    await dialog.getByLabel('PostWebhookUrl').fill('http://127.0.0.1:3000/events');
    await dialog.getByLabel('Filters').fill('onMessageAdded\nonMessageRemoved');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const valueOf = (field: string) =>
      page.getByRole('table', { name: 'Webhooks' }).getByRole('row').filter({ hasText: field }).getByRole('cell');
    await valueOf('post_webhook_url').getByText('http://127.0.0.1:3000/events').waitFor();
    expect(await valueOf('filters').innerText()).toBe('onMessageAdded, onMessageRemoved');
    await page.getByText('Show as JSON').click();
    const json = page.getByRole('group', { name: 'Webhooks' });
    await json.getByText('"http://127.0.0.1:3000/events"').waitFor();
    expect(JSON.parse(await json.innerText())).toMatchObject({ filters: ['onMessageAdded', 'onMessageRemoved'] });
  }
  await goTo(`conversations/${CONVERSATION}`);
  await page.getByRole('button', { name: 'Details' }).click();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await dialog.getByLabel('Target').selectOption('trigger');
  await dialog.getByLabel('Configuration.Url').fill('http://127.0.0.1:3000/keyword');
  await dialog.getByLabel('Configuration.Method').selectOption('post');
  await dialog.getByLabel('Configuration.Triggers').fill('help');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const webhook = page.locator('.scoped-webhook').filter({ hasText: 'trigger' }).getByRole('table');
  const triggers = webhook.getByRole('row').filter({ hasText: 'configuration.triggers' });
  await triggers.getByRole('cell').getByText('help').waitFor();
});

test('conversations are filtered by scope: the account level shows those of the default service', async () => {
  const inspector = await openInspector();
  const { page, goTo, call } = inspector;
  await addDefaultService(inspector);
  await call('createconversation', { body: { FriendlyName: 'At account level' } });
  await goTo();
  await page.locator('a.entry').nth(4).waitFor();
  await page.getByLabel('Service or account level').selectOption({ label: 'Main (default service, account level)' });
  await expect.poll(() => page.locator('a.entry').count(), soon).toBe(1);
  await page.locator('a.entry').getByText('At account level').click();
  await page.getByRole('button', { name: 'Details' }).click();
  await page.locator('.details').getByText('default service').waitFor();
  expect(await page.locator('.details').innerText()).toMatch(/\/v1\/Conversations\/CH/);
});

test('the settings of a service are tables in Twilio’s field names, with the fields of nested objects', async () => {
  const { page, goTo } = await openInspector();
  await goTo(`services/${SERVICE}/notifications`);
  const table = page.getByRole('table', { name: 'Notifications' });
  await table.getByRole('rowheader', { name: 'new_message.enabled' }).waitFor();
  await goTo(`services/${SERVICE}`);
  const names = page.getByRole('table', { name: 'Service' }).getByRole('rowheader');
  await names.getByText('friendly_name').waitFor();
  expect(await names.allInnerTexts()).toContain('links.conversations');
});

test('JSON is valid as shown, can be folded, and is copied in full', async () => {
  const { page, goTo, call } = await openInspector();
  const attributes = JSON.stringify({ text: 'two\n"lines" \u202Ereversed', list: [1, 2] });
  const { sid } = await call('createserviceuser', {
    ChatServiceSid: SERVICE,
    body: { Identity: 'quoted', Attributes: attributes },
  });
  await goTo(`records/${String(sid)}`);
  const json = page.getByRole('group', { name: 'user' });
  await page.getByText('Show as JSON').click();
  await json.getByText('"quoted"').waitFor();
  const shown = JSON.parse(await json.innerText()) as Record<string, unknown>;
  expect(shown).toMatchObject({ identity: 'quoted', attributes });
  await page.getByRole('button', { name: 'Fold user' }).click();
  expect(await json.innerText()).toMatch(/^\{ \d+ items \}$/);
  await page.getByRole('button', { name: 'Copy JSON' }).click();
  await page.getByText('Copied JSON').waitFor();
  expect(JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()'))).toEqual(shown);
});
