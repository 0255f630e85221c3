import { expect, test } from 'vitest';
import { CONVERSATION, messageInput, openInspector, soon, useBrowser } from './open-inspector.js';

useBrowser();

test('a snapshot can be compared and restored, and a reset needs a confirmation', async () => {
  const { page, goTo, call } = await openInspector();
  await goTo('worlds');
  await page.getByRole('button', { name: 'Take snapshot' }).click();
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByText('No differences').waitFor();
  await call('createserviceconversationmessage', messageInput({ Body: 'later' }));
  await page.locator('.diff').waitFor();
  await page.getByRole('button', { name: 'Restore' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await page.getByText('No differences').waitFor();
  const snapshots = page.locator('ul.items').last();
  await snapshots.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Compare' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Reset to empty' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  const conversations = page.locator('tr.is-shown td').nth(1);
  expect(await conversations.innerText()).toBe('4');
  await page.getByRole('button', { name: 'Reset to empty' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset to empty' }).click();
  await expect.poll(() => conversations.innerText(), soon).toBe('0');
});

test('a copied world has its own URLs and is independent of the original', async () => {
  const { page, goTo } = await openInspector();
  await goTo('worlds');
  const copy = `AC${'1'.repeat(32)}`;
  await page.getByRole('button', { name: 'Copy to this account' }).click();
  await page.getByText('Broken lamp, order 1042').click();
  expect(page.url()).toContain(`${CONVERSATION}?world=${copy}`);
  await page.getByLabel('Message as +15557770101').fill('only here');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.locator('.bubble').getByText('only here').waitFor();
  await goTo(`conversations/${CONVERSATION}`);
  await page.locator('.bubble').getByText('It leaves the house today.').waitFor();
  expect(await page.locator('.bubble').getByText('only here').count()).toBe(0);
});

test('a world can be deleted, and begins again as on its first use', async () => {
  const { page, goTo } = await openInspector();
  await goTo('worlds');
  const conversations = page.locator('tr.is-shown td').nth(1);
  const confirm = async (name: string) => {
    await page.getByRole('button', { name }).click();
    await page.getByRole('dialog').getByRole('button', { name }).click();
  };
  await confirm('Reset to empty');
  await expect.poll(() => conversations.innerText(), soon).toBe('0');
  await confirm('Delete world');
  await page.getByText('World deleted').waitFor();
  await expect.poll(() => conversations.innerText(), soon).toBe('4');
});
